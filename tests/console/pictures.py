"""Pictures for README and documentation, taken where PUNCHCARD_PICTURES names a folder."""

import os
from pathlib import Path

from playwright.async_api import Page


async def keep(page: Page, name: str) -> None:
    """Keep a picture of the page, if pictures are wanted."""
    folder = os.environ.get("PUNCHCARD_PICTURES")
    if folder:
        await page.screenshot(path=Path(folder) / f"{name}.png")
