"""What a browser adds to a request by itself, and what it keeps, for one address."""

from typing import Any, Self

import httpx2 as httpx

from punchcard.access.sessions import issue_link
from punchcard.db.connection import Db
from tests.shop import Shop

SIGN_IN_SECONDS = 900


class Browser:
    """A page of the console: `call` sends the cookie, and Origin and Fetch-Metadata as a page of ours would."""

    def __init__(self, address: str) -> None:
        self.address = address
        # Nothing is verified by plain HTTP, and reading the authorities takes 25 ms of CPU.
        self.http = httpx.Client(base_url=address, timeout=60, verify=False)
        self.cookies: dict[str, str] = {}
        self.set_cookie = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def headers(self, method: str) -> dict[str, str]:
        """Return what a browser adds."""
        own = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}
        if method not in ("GET", "HEAD"):
            own["Origin"] = self.address
        if self.cookies:
            own["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return own

    def call(
        self, method: str, path: str, body: Any = None, *, headers: dict[str, str | None] | None = None
    ) -> httpx.Response:
        """Send one request; a header that is None is left out."""
        sent = self.headers(method) | (headers or {})
        answer = self.http.request(
            method, path, json=body, headers={name: value for name, value in sent.items() if value is not None}
        )
        self.http.cookies.clear()
        if "Set-Cookie" in answer.headers:
            self.set_cookie = answer.headers["Set-Cookie"]
            name, _, value = self.set_cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
            if "Max-Age=0" in self.set_cookie:
                del self.cookies[name]
        return answer

    def sign_in(self, link: str) -> httpx.Response:
        """Use a link's token."""
        return self.call("POST", "/console/session", {"token": link})


async def link_for(db: Db, shop: Shop, seconds: int = SIGN_IN_SECONDS, **made: Any) -> str:
    """Return the token of a sign-in link to a shop's console; `made` says by whom, and for which role."""
    return await issue_link(db, shop.tenant.tenant_id, seconds, **made)
