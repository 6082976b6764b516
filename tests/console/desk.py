"""An administrator at the console: what is done on its pages, by the names that are read there."""

import asyncio

from playwright.async_api import BrowserContext, ConsoleMessage, Dialog, Error, Locator, Page, Route, expect

from tests.shop import Shop

# The browser's own note of an answer that is an error: the tests cause those, and look at what the page says.
REFUSED = "Failed to load resource"
FOLLOW = """
    ([nowhere, path]) => new Promise((come, fail) => {
        const push = to => history.pushState({}, '', '/console' + to)
        const isNowhere = () => document.querySelector('h1')?.textContent.includes('There is no such page')
        const look = () => {
            if (!isNowhere()) return
            changes.disconnect()
            clearTimeout(late)
            push(path)
            come()
        }
        const changes = new MutationObserver(look)
        const late = setTimeout(() => { changes.disconnect(); fail(new Error('this page is not left')) }, 60_000)
        push(nowhere)
        changes.observe(document, {childList: true, subtree: true, characterData: true})
        look()
    })
"""
NOWHERE = "/nowhere-between-two-pages"
REFUSALS = """
    addEventListener('securitypolicyviolation', event => {
        const place = event.composedPath()[0]
        console.warn('the policy refused', event.effectiveDirective, event.blockedURI, 'at', place.outerHTML ?? '')
    })
"""
"""What the browser says of a refusal names no place in the page: this does."""
IS_NARROW = """
    new Promise(come => {
        const look = () => innerWidth === 390 ? come() : setTimeout(look, 10)
        look()
    })
"""
HOLD_BACK = """
    () => { window.backAsked = new Promise(come => { history.back = come }) }
"""


class Desk:
    """One browser that has signed in. `complaints`: what its pages wrote to the browser's console."""

    def __init__(self, context: BrowserContext, page: Page, address: str, shop: Shop) -> None:
        self.context, self.page, self.address, self.shop = context, page, address, shop
        self.complaints: list[str] = []

    def watch(self, page: Page | None = None) -> None:
        """Collect errors, warnings and everything that the content security policy refuses."""
        watched = page or self.page
        watched.on("console", self._heard)
        watched.on("pageerror", self._failed)
        watched.on("dialog", self._asked)

    def look_away(self) -> None:
        """Listen to the page no more: it is somebody else's from now on."""
        self.page.remove_listener("console", self._heard)
        self.page.remove_listener("pageerror", self._failed)
        self.page.remove_listener("dialog", self._asked)

    def _failed(self, error: Error) -> None:
        self.complaints.append(str(error))

    def _asked(self, dialog: Dialog) -> None:
        self.complaints.append(f"a dialog: {dialog.message}")

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(REFUSED):
            page, place = message.page, message.location
            where = page.url if page else "a page that is gone"
            self.complaints.append(f"{message.text} (on {where}, by {place['url']}:{place['lineNumber']})")

    async def go(self, path: str) -> None:
        """Open an address below /console."""
        await self.page.goto(f"{self.address}/console{path}")

    async def follow(self, path: str) -> None:
        """Open an address below /console as a link does, without loading everything again."""
        # By way of a page that is nowhere: what stood there before cannot be taken for what is waited for.
        await self.page.evaluate(FOLLOW, [NOWHERE, path])

    def heading(self, name: str) -> Locator:
        """Return the page's heading."""
        return self.page.get_by_role("heading", level=1, name=name, exact=True)

    def button(self, name: str) -> Locator:
        """Return a button."""
        return self.page.get_by_role("button", name=name, exact=True)

    def field(self, name: str) -> Locator:
        """Return a field."""
        return self.page.get_by_label(name, exact=True)

    def payload(self) -> Locator:
        """Return the payload's text box."""
        return self.page.get_by_role("textbox", name="Payload", exact=True)

    async def choose(self, field: str, typed: str, option: str) -> None:
        """Type into a field that searches, and choose what it finds."""
        await self.field(field).fill(typed)
        await self.page.get_by_role("option", name=option).click()

    async def begin(self, user: str = "Ada", *, event_type: str = "PURCHASED_COFFEE") -> None:
        """Open the drawer, and choose an event type and a user."""
        await self.button("Report Event").click()
        await self.choose("Event type", event_type, event_type)
        await self.choose("User", user, user)

    async def write(self, payload: str) -> None:
        """Write the payload as JSON."""
        await self.page.get_by_role("tab", name="JSON").click()
        await self.payload().fill(payload)

    async def tell(self, text: str) -> None:
        """Expect a text on the page."""
        await expect(self.page.get_by_text(text).first).to_be_visible()

    async def be_narrow(self) -> None:
        """Make the window as narrow as a phone, and wait until the page is."""
        await self.page.set_viewport_size({"width": 390, "height": 800})
        await self.page.evaluate(IS_NARROW)

    async def be_in_front(self) -> None:
        """Expect that nothing covers the page: what did has an address of its own, and the way back takes a moment."""
        await expect(self.page.get_by_role("dialog")).to_have_count(0)

    async def hold_one(self, address: str) -> asyncio.Future[Route]:
        """Hold the next call of an address: what is returned is it, once it is made."""
        held: asyncio.Future[Route] = asyncio.get_running_loop().create_future()
        await self.page.route(address, lambda route: held.set_result(route), times=1)  # noqa: PLW0108 - playwright wants a function
        return held

    async def hold_back(self) -> None:
        """Let the way back take until `let_back`, as on a machine that is busy."""
        await self.page.evaluate(HOLD_BACK)

    async def want_back(self) -> None:
        """Wait until the page has asked for the way back that is held."""
        await self.page.evaluate("backAsked")

    async def let_back(self) -> None:
        """Go the way back that was held."""
        await self.page.evaluate("() => { delete history.back; history.back() }")

    async def be_seen(self, *, seen: bool = True) -> None:
        """Show the tab, or put another in front of it; Chromium without a screen shows all, so the page is told so."""
        state = "visible" if seen else "hidden"
        await self.page.evaluate(
            "state => { Object.defineProperty(document, 'visibilityState', {value: state, configurable: true});"
            " document.dispatchEvent(new Event('visibilitychange')) }",
            state,
        )

    async def search(self, query: str) -> None:
        """Search the stream."""
        await self.field("Search events").fill(query)
        await self.field("Search events").press("Enter")

    def rows(self) -> Locator:
        """Return the rows of the stream that are in the page."""
        return self.page.get_by_role("list", name="Events, the newest first").get_by_role("listitem")
