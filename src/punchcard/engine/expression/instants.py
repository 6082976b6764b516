"""Instants and durations: reading them, and taking them apart in a time zone. Exact to the microsecond."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from punchcard.engine.expression.faults import NotEvaluable, Reason

_INSTANT = re.compile(r"(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)
_DURATION = re.compile(r"[+-]?(?:\d{1,15}(?:\.\d{1,9})?(?:h|ms|m|s|us|ns))+|0", re.ASCII)
_DURATION_PART = re.compile(r"([\d.]+)(h|ms|m|s|us|ns)", re.ASCII)
_MILLISECOND, _SECOND = timedelta(milliseconds=1), timedelta(seconds=1)
_OFFSET = re.compile(r"([+-]?)(\d{2}):(\d{2})", re.ASCII)
_MICROSECONDS = {
    "h": Decimal(3_600_000_000),
    "m": Decimal(60_000_000),
    "s": Decimal(1_000_000),
    "ms": Decimal(1_000),
    "us": Decimal(1),
    "ns": Decimal("0.001"),
}

_OF_INSTANTS: dict[str, Callable[[datetime], int]] = {
    "getFullYear": lambda at: at.year,
    "getMonth": lambda at: at.month - 1,
    "getDate": lambda at: at.day,
    "getDayOfMonth": lambda at: at.day - 1,
    "getDayOfWeek": lambda at: at.isoweekday() % 7,
    "getDayOfYear": lambda at: at.timetuple().tm_yday - 1,
    "getHours": lambda at: at.hour,
    "getMinutes": lambda at: at.minute,
    "getSeconds": lambda at: at.second,
    "getMilliseconds": lambda at: at.microsecond // 1_000,
}
OF_DURATIONS: dict[str, Callable[[timedelta], int]] = {
    "getHours": lambda span: _whole(span, timedelta(hours=1)),
    "getMinutes": lambda span: _whole(span, timedelta(minutes=1)),
    "getSeconds": lambda span: _whole(span, _SECOND),
    "getMilliseconds": lambda span: _whole(span - _whole(span, _SECOND) * _SECOND, _MILLISECOND),
}
PARTS = tuple(_OF_INSTANTS)


def _whole(span: timedelta, unit: timedelta) -> int:
    return span // unit if span >= timedelta() else -(-span // unit)


def read_instant(value: str | datetime) -> datetime:
    """Read an RFC 3339 instant, with its offset; digits past the microsecond are cut off. Raises: NotEvaluable."""
    if isinstance(value, datetime):
        return value
    found = _INSTANT.fullmatch(value)
    try:
        if found:
            date, time, fraction, offset = found.groups()
            offset = "+00:00" if offset in "Zz" else offset
            return datetime.fromisoformat(f"{date}T{time}.{(fraction or '0')[:6]:0<6}{offset}").astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise NotEvaluable(Reason.NUMBER, f"{_cut(value)} is no instant like 2026-03-01T09:30:00Z")


def read_duration(value: str | timedelta) -> timedelta:
    """Read a duration such as 1h30m, 90m or -1.5s; it is cut off after the microsecond. Raises: NotEvaluable."""
    if isinstance(value, timedelta):
        return value
    if _DURATION.fullmatch(value):
        total = sum(Decimal(count) * _MICROSECONDS[unit] for count, unit in _DURATION_PART.findall(value))
        try:
            return timedelta(microseconds=-int(total) if value.startswith("-") else int(total))
        except OverflowError:
            pass
    raise NotEvaluable(Reason.NUMBER, f"{_cut(value)} is no duration like 1h30m")


def read_zone(name: str) -> tzinfo:
    """Return the time zone of a name such as Europe/Berlin, or of an offset such as +02:00. Raises: ValueError."""
    try:
        if found := _OFFSET.fullmatch(name):
            sign, hours, minutes = found.groups()
            ahead = timedelta(hours=int(hours), minutes=int(minutes))
            return timezone(-ahead if sign == "-" else ahead)
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # what is asked for may be a folder of the database, or too long a name
        raise ValueError(f"There is no time zone {_cut(name)}; write one like Europe/Berlin or +02:00.") from None


def reader(name: str) -> Callable[..., int]:
    """Return what takes the part `name` out of an instant (in UTC, unless a zone is given) or a duration."""
    of_instant, of_duration = _OF_INSTANTS[name], OF_DURATIONS.get(name)

    def read(value: Any, zone: tzinfo = UTC) -> int:
        if isinstance(value, timedelta) and of_duration is not None:
            return of_duration(value)
        try:
            return of_instant(value.astimezone(zone))
        except (OverflowError, ValueError):
            raise NotEvaluable(Reason.NUMBER, f"{name} goes beyond the years 1 to 9999") from None

    return read


def _cut(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:59] + "…")  # noqa: PLR2004 - enough to find it by
