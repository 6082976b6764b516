"""Administrators at two processes: what was refused or set aside becomes one event, and gives its points once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx2 as httpx

from tests.shop import Shop

ROUNDS = 15
AT_ONCE = 8


def raced(branches: tuple[Shop, Shop], call: Callable[[Shop], httpx.Response]) -> list[httpx.Response]:
    """Call both processes at once, again and again; return all answers."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(call, [branches[turn % 2] for turn in range(AT_ONCE)]))


def require_one(answers: list[httpx.Response]) -> str:
    """Require that one call made the event and every other was told of it; return the event's id."""
    (made,) = [answer.json()["data"]["id"] for answer in answers if answer.status_code == 200]
    others = [answer.json() for answer in answers if answer.status_code == 409]
    assert len(others) == AT_ONCE - 1
    assert {other["eventId"] for other in others} == {made}
    return str(made)


def test_a_release_at_both_processes_is_one_event(shop: Shop, servers: tuple[str, str]) -> None:
    """Of eight releases of one duplicate at once one makes the event."""
    user = shop.cafe()
    with Shop(servers[0], shop.tenant) as first, Shop(servers[1], shop.tenant) as second:
        for number in range(ROUNDS):
            for _ in range(2):
                shop.report(user, 1, payload={"total": 1, "items": [number]})
            entry = shop.done("GET", "/v1/duplicates/?limit=1")[0]

            def release(one: Shop, path: str = f"/v1/duplicates/{entry['id']}/release") -> httpx.Response:
                return one.call("POST", path)

            require_one(raced((first, second), release))
    assert shop.balance(user) == 2 * ROUNDS
    assert len(shop.done("GET", "/v1/events/?type=PURCHASED_COFFEE")) == 2 * ROUNDS


def test_a_resubmission_at_both_processes_is_one_event(shop: Shop, servers: tuple[str, str]) -> None:
    """Of eight corrections of one entry at once, all of them different, one makes the event."""
    user = shop.cafe()
    shop.done("PATCH", "/v1/event_types/PURCHASED_COFFEE", {"settings": {"onInvalid": "quarantine"}})
    with Shop(servers[0], shop.tenant) as first, Shop(servers[1], shop.tenant) as second:
        for number in range(ROUNDS):
            told = shop.report(user, 1, payload={"items": [number]}).json()["data"]

            def correct(
                one: Shop, path: str = f"/v1/quarantine/{told['id']}/resubmit", number: int = number
            ) -> httpx.Response:
                payload = {"total": 1, "items": [number, "first" if one is first else "second"]}
                return one.call("POST", path, {"payload": payload})

            event_id = require_one(raced((first, second), correct))
            assert shop.done("GET", f"/v1/events/{told['id']}")["id"] == event_id
    assert shop.balance(user) == ROUNDS
