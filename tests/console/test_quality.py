"""What holds for the whole: little to load, nothing from elsewhere, colours as somebody wants them."""

import gzip
import json
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Response, expect

from tests.console.desk import Desk
from tests.shop import Shop

Opener = Callable[..., Awaitable[Desk]]
SCRIPT_KILOBYTES_MAX = 220
SMALL_BYTES = 1024  # what is smaller is not compressed
SHOWN_AT = """
    selector => new MutationObserver((_, self) => {
        if (!document.querySelector(selector)) return
        self.disconnect()
        window.shownAt = performance.now()
    }).observe(document, {attributes: true, childList: true, subtree: true})
"""
BEFORE = "performance.getEntriesByType('resource').filter(one => one.startTime < shownAt).map(one => one.name)"


@pytest.mark.parametrize(("path", "shown"), [("/", ".pc-figures"), ("/events", ".pc-live[data-state=live]")])
async def test_little_is_loaded_and_nothing_from_elsewhere(desk: Desk, path: str, shown: str) -> None:
    """A page shows what it is for after at most 220 kB of compressed script, all of it from the server itself."""
    answers: list[Response] = []
    page = await desk.context.new_page()
    desk.watch(page)
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - playwright wants a function of Python
    await page.add_init_script(f"({SHOWN_AT})({json.dumps(shown)})")
    await page.goto(f"{desk.address}/console{path}")
    await expect(page.locator(shown)).to_be_visible()
    before = await page.evaluate(BEFORE)
    if path == "/":
        # The library of charts comes after the numbers.
        await expect(page.locator(".recharts-surface").first).to_be_visible()
    assert [answer.url for answer in answers if not answer.url.startswith(desk.address)] == []
    scripts = [answer for answer in answers if answer.url.endswith(".js")]
    first = [len(gzip.compress(await answer.body(), 9)) for answer in scripts if answer.url in before]
    assert 50 < sum(first) / 1000 <= SCRIPT_KILOBYTES_MAX
    for answer in scripts:
        if len(await answer.body()) > SMALL_BYTES:
            assert answer.headers.get("content-encoding") in ("br", "gzip", "zstd")
        assert "immutable" in answer.headers["cache-control"]
    policy = answers[0].headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


async def test_the_scheme_is_kept(town: Shop, open_desk: Opener) -> None:
    """The colours follow the system until somebody switches, and stay switched after that."""
    town.cafe()
    desk = await open_desk(scheme="dark")
    await expect(desk.page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    await desk.button("Switch to light colours").click()
    await desk.page.reload()
    await expect(desk.page.locator("html")).to_have_attribute("data-mantine-color-scheme", "light")
