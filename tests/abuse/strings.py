# ruff: noqa: RUF001 - strange characters are what this is about
"""Texts that have broken programs elsewhere, made rather than copied: all of them are legal, and have to survive."""

import unicodedata
from collections.abc import Iterator
from functools import cache

SAYINGS = (
    # what databases, shells and template engines would like to run
    "' OR '1'='1", "1; drop table events--", "'; truncate users; --", "$1", "$$; select 1; $$", "%s%n%x", "{0}", "{}",
    "{{7*7}}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "%27%20or%201=1", "\\", "\\\\", "\\'", '\\"', "a'b\"c`d", "`id`",
    "$(id)", "; cat /etc/passwd", "| ls", "&& true", "../../../etc/passwd", "..\\..\\windows", "C:\\CON", "file:///etc",
    "/dev/null; touch x", "-rf /", "--", "/*", "*/", "#", "%", "_", "%00", "%0d%0aSet-Cookie: a=b", "\\u0000", "\\x00",
    # what browsers would
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)", "&lt;b&gt;", "<!--", "-->",
    "]]>", "<![CDATA[", "<?xml version='1.0'?>", "<!ENTITY x SYSTEM 'file:///etc/passwd'>", "</title><svg/onload=x>",
    "\"><a href='x'>", "data:text/html,<b>", '{"a": 1}', "[1, 2", "null", "true", "undefined", "NaN", "Infinity",
    # what spreadsheets would
    "=1+1", "=cmd|' /C calc'!A0", "@SUM(1)", "+1", "-1", "\t=1",
    # what looks like something else
    "0", "00", "1e5", "1_000", "0x10", "1,5", "1.", ".5", "−1", "１２", "٠١٢", "½", "ⅷ", "1970-01-01", "24:00", "None",
    "__proto__", "constructor", "__class__", "toString", "hasOwnProperty", "", " ", "  ", "\t", "\n", "\r\n", "\x0b",
    " lead", "trail ", "a\tb", "a\nb", "a\r\nb", "\x7f", "\u0085", "\u2028", "\u2029", "\ufeffBOM", "\u00a0",
    # people's words
    "Ünïcödé", "Ελληνικά", "Русский", "日本語", "한국어", "العربية", "עברית", "हिन्दी", "ไทย",
    "မြန်မာ", "አማርኛ", "ᓄᓇᕗᑦ", "🇨🇭",
    "👩‍👩‍👧‍👦", "👍🏿", "❤️",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "e\u0301", "é", "ﬁ", "ß", "ẞ",
    "İ", "ı", "ſ", "K", "Å", "Ω", "ǅ", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞", "˙ɐnbᴉlɐ", "𝕿𝖍𝖊", "Ｔｈｅ", "⒯⒣⒠",
    # directions
    "\u202eevil\u202c", "\u2066a\u2069", "a\u200eb\u200fc", "\u061cمرحبا", "\u202aא\u202c", "שלום hello 123",
    # invisible
    "\u200b", "a\u200bb", "\u200d", "\u2060", "\u00ad", "\u180e", "\ufe0f", "\U000e0001", "\ufffd", "\ufffe", "\uffff",
    "\U0001fffe", "\U0010ffff", "\ue000", "\U000f0000", "\ufdd0",
)  # fmt: skip


@cache
def corpus() -> list[str]:
    """Return the sayings, three characters of every Unicode category, every control, and the borders of UTF-8."""
    return list(dict.fromkeys((*SAYINGS, *_of_each_category(), *_controls(), *_borders(), *_long())))


def _of_each_category() -> Iterator[str]:
    """Yield the first, the middle and the last character of each category, alone and in a word."""
    found: dict[str, list[str]] = {}
    for point in range(1, 0x110000):
        if not 0xD800 <= point <= 0xDFFF:
            found.setdefault(unicodedata.category(chr(point)), []).append(chr(point))
    for characters in found.values():
        for character in (characters[0], characters[len(characters) // 2], characters[-1]):
            yield character
            yield f"a{character}b"


def _controls() -> Iterator[str]:
    """Yield every control character but NUL, in a word."""
    yield from (f"a{chr(point)}b" for point in (*range(1, 32), *range(127, 160)))


def _borders() -> Iterator[str]:
    """Yield the characters on both sides of each length of UTF-8, and of the surrogates' gap."""
    yield from map(chr, (0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x10FFFF))


def _long() -> Iterator[str]:
    yield from ("a" * 10_000, "é" * 5_000, "\U0001f600" * 1_000, "\u0301" * 500, "\\" * 999, '"' * 999, " " * 999)
