"""A tenant as its integrators use it: the API by HTTP, nothing else."""

import itertools
from typing import Any, Self

import httpx2 as httpx

from punchcard.commands.create_tenant import CreatedTenant

COFFEE_SCHEMA = {
    "type": "object",
    "required": ["total"],
    "properties": {"total": {"type": "number", "minimum": 0}, "items": {"type": "array"}},
}
ONE_PER_UNIT = {"operation": "SUM", "arguments": [{"type": "JSON_VALUE", "value": "total"}]}


def fixed(points: int) -> dict[str, Any]:
    """Return a derivation that is always `points`."""
    return {"operation": "SUM", "arguments": [{"type": "NUMBER", "value": str(points)}]}


class Shop:
    """One tenant, with an administrator's token. `call` returns answers, `done` their data when they succeeded."""

    def __init__(self, address: str, tenant: CreatedTenant) -> None:
        self.address, self.tenant = address, tenant
        # Nothing is verified by plain HTTP, and reading the authorities takes 25 ms of CPU.
        self.http = httpx.Client(base_url=address, timeout=60, verify=False)
        self._numbers = itertools.count(1)
        self._token: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    @property
    def token(self) -> str:
        """The administrator's access token."""
        if self._token is None:
            asked = {
                "client_id": self.tenant.client_id,
                "client_secret": self.tenant.client_secret,
                "grant_type": "client_credentials",
            }
            self._token = self.http.post("/oauth/token", json=asked).json()["access_token"]
        return self._token

    def headers(self, bearer: str | None = None, **more: str) -> dict[str, str]:
        """Return the headers of a call: as administrator, or with another bearer token."""
        return {"X-Api-Key": str(self.tenant.api_key), "Authorization": f"Bearer {bearer or self.token}", **more}

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        bearer: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """Send one request; `headers` come on top of the usual ones. A `bytes` body goes as it is."""
        sent = self.headers(bearer) | (headers or {})
        if isinstance(body, bytes):
            return self.http.request(method, path, content=body, headers={"Content-Type": "application/json"} | sent)
        return self.http.request(method, path, json=body, headers=sent)

    def done(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """Send one request that must succeed; return its data."""
        answer = self.call(method, path, body, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def event_type(self, name: str = "PURCHASED_COFFEE", *, private: bool = True, schema: Any = COFFEE_SCHEMA) -> Any:
        """Create an event type."""
        body = {"name": name, "description": "An event type of a test", "isPrivate": private, "schema": schema}
        return self.done("POST", "/v1/event_types/", {key: value for key, value in body.items() if value is not None})

    def secret(self, name: str = "PURCHASED_COFFEE") -> str:
        """Return the secret of a private event type."""
        return str(self.done("GET", f"/v1/event_types/{name}/secret")["secret"])

    def reactor(self, points: Any = None, event_type: str = "PURCHASED_COFFEE", **fields: Any) -> Any:
        """Create a reactor that gives points: one for each whole unit of the total, if nothing else is said."""
        reactions = [{"type": "POINTS", "points": points or ONE_PER_UNIT}]
        body = {"name": "A reactor of a test", "eventType": event_type, "reactions": reactions, **fields}
        return self.done("POST", "/v1/event_reactors/", body)

    def reward(self, price: int, name: str = "A cup", **fields: Any) -> Any:
        """Put a voucher on sale."""
        body = {"type": "VOUCHER", "name": name, "price": price, "purchasable": True, **fields}
        return self.done("POST", "/v1/rewards/", {"availability": {"start": "2020-01-01"}, **body})

    def buy(self, user: Any, reward: Any) -> Any:
        """Buy a reward for a user who can pay for it; return the event."""
        asked = {"rewardId": reward["id"], "beneficiaryId": user["id"]}
        return self.done("POST", "/v1/commands/purchase_reward", asked)

    def user(self, auth_identifier: str | None = None, **fields: Any) -> Any:
        """Register a user."""
        number = next(self._numbers)
        profile = {"givenName": "Ada", "familyName": f"Member {number}", "emailAddress": f"member{number}@example.org"}
        identifier = {} if auth_identifier is None else {"authIdentifier": auth_identifier}
        return self.done("POST", "/v1/users/", {"profile": profile, **identifier, **fields})

    def user_token(self, user: Any) -> str:
        """Return an access token of a user."""
        return str(self.done("POST", f"/v1/users/{user['id']}/access_tokens", {})["accessToken"])

    def report(self, user: Any, total: Any = 10, *, bearer: str | None = None, **fields: Any) -> httpx.Response:
        """Report a purchase of coffee, as administrator or with another bearer token."""
        body = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": total}, **fields}
        return self.call("POST", "/v1/events", body, bearer=bearer)

    def balance(self, user: Any) -> int:
        """Return a user's balance."""
        return int(self.done("GET", f"/v1/users/{user['id']}/wallet")["balance"])

    def cafe(self, auth_identifier: str = "ada") -> Any:
        """Set the usual things up: PURCHASED_COFFEE (private), a reactor of one point a unit, and a user."""
        self.event_type()
        self.reactor()
        return self.user(auth_identifier)
