"""Lists: bounded, signed, and filtered only by what they know (row T32)."""

import base64
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.shop import Shop

LISTS = (
    "/v1/events/", "/v1/event_types/", "/v1/event_reactors/", "/v1/users/", "/v1/rewards/", "/v1/vouchers/",
    "/v1/token_issuers/",
)  # fmt: skip

REFUSED = {
    "limit=1e9": "/limit", "limit=1000000000": "/limit", "limit=1001": "/limit", "limit=0": "/limit",
    "limit=": "/limit",
    "limit=-1": "/limit", "limit=%EF%BC%91": "/limit", "limit=1.5": "/limit", "limit=null": "/limit",
    "limit=%2B5": "/limit",
    "skip=-1": "/skip", "skip=1e9": "/skip", "skip=100001": "/skip", "skip=x": "/skip", "offset=-1": "/offset",
    "order=asc": "/order", "order=id;drop table users": "/order", "order=": "/order", "sort=password_hash": "/sort",
    "tenant=*": "/tenant", "tenantId=x": "/tenantId", "tenant_id=x": "/tenant_id", "id=x": "/id", "x.y=1": "/x.y",
    "filter=name": "/filter", "filter=tenant_id:x": "/tenant_id", "filter=1=1:x": "/1=1", "cursor=": "/cursor",
    "cursor=x": "/cursor", "cursor=%00": None, "profile->>'emailAddress'=a": "/profile->>'emailAddress'",
}  # fmt: skip


@pytest.mark.parametrize("path", LISTS)
def test_what_a_list_does_not_know_is_refused(door: Shop, path: str) -> None:
    """T32: sizes out of bounds, unknown filters and sort fields are 422 with a pointer; a page has 1,000 at most."""
    for query, pointer in REFUSED.items():
        answer = door.call("GET", f"{path}?{query}")
        assert answer.status_code == (422 if pointer else 400), query
        if pointer:
            assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer], query
    assert door.call("GET", f"{path}?limit=1000&skip=100000&order=DESC").json()["data"] == []
    plain = door.call("GET", path).json()
    assert plain["page"] == {"limit": 100, "skip": 0}


@pytest.fixture(scope="module")
async def crowded(door: Shop) -> Shop:
    """Fill the shop with 25 users."""
    for _ in range(25):
        door.user()
    return door


def walked(shop: Shop, query: str) -> list[str]:
    """Return the ids of a list, page by page."""
    ids: list[str] = []
    cursor = ""
    while True:
        answer = shop.call("GET", f"/v1/users/?{query}{cursor}").json()
        ids += [one["id"] for one in answer["data"]]
        if "next" not in answer["page"]:
            return ids
        cursor = f"&cursor={answer['page']['next']}"


def test_cursors_lead_through_the_whole_list_once(crowded: Shop) -> None:
    """T32: pages joined are the list, in either order, whatever is added meanwhile; skip does the same."""
    whole = [one["id"] for one in crowded.done("GET", "/v1/users/?limit=1000")]
    assert whole == sorted(whole)
    assert walked(crowded, "limit=7") == whole
    assert walked(crowded, "limit=7&order=DESC") == whole[::-1]
    skipped = [
        one["id"]
        for skip in range(0, len(whole), 10)
        for one in crowded.done("GET", f"/v1/users/?limit=10&skip={skip}")
    ]
    assert skipped == whole


def test_a_tampered_cursor_is_422(crowded: Shop) -> None:
    """T32: a cursor with any byte changed, cut, lengthened or made up is 422."""
    cursor = crowded.call("GET", "/v1/users/?limit=1").json()["page"]["next"]
    packed = base64.urlsafe_b64decode(cursor + "==")
    forged = [packed[:place] + bytes([packed[place] ^ 1]) + packed[place + 1 :] for place in range(len(packed))]
    forged += [packed[:-1], packed + b"\x00", b"", packed[16:], packed[:16], secrets.token_bytes(32), b"\x00" * 32]
    for one in forged:
        answer = crowded.call("GET", f"/v1/users/?cursor={base64.urlsafe_b64encode(one).decode().rstrip('=')}")
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "cursor_unknown")
    for text in ("*", "a b", "../..", "%F0%9F%98%80", "a" * 5_000, "=" * 10, cursor.swapcase()):
        assert crowded.call("GET", f"/v1/users/?cursor={text}").status_code == 422, text
    assert crowded.call("GET", f"/v1/users/?cursor={cursor}").status_code == 200


async def test_a_cursor_of_another_tenant_is_422(crowded: Shop, open_shop: Callable[[], Awaitable[Shop]]) -> None:
    """T32: a cursor works for the tenant that it was given to."""
    cursor = crowded.call("GET", "/v1/users/?limit=1").json()["page"]["next"]
    assert (await open_shop()).call("GET", f"/v1/users/?cursor={cursor}").status_code == 422


FILTERS: dict[str, list[str]] = {
    "/v1/events/": ["reportedFrom=x", "reportedTo=2026", "occurredFrom=2026-03-01", "occurredTo=%00", "reportedFrom="],
    "/v1/event_types/": ["isActive=maybe", "isPrivate=1", "isIntrinsic=TRUE", "isActive="],
    "/v1/event_reactors/": ["isEnded=yes"],
    "/v1/rewards/": ["purchasable=0"],
}


@pytest.mark.parametrize(("path", "query"), [(path, query) for path, queries in FILTERS.items() for query in queries])
def test_a_filter_that_cannot_be_read_is_refused(door: Shop, path: str, query: str) -> None:
    """T32: a filter with a value that it cannot have is 422 (400 with NUL), by name and in `filter` alike."""
    answers = [door.call("GET", f"{path}?{query}"), door.call("GET", f"{path}?filter={query.replace('=', ':')}")]
    assert {answer.status_code for answer in answers} == {400 if "%00" in query else 422}


@pytest.mark.parametrize("instant", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1969-12-31T23:59:59.999Z"])
def test_the_ends_of_time_are_instants(door: Shop, instant: str) -> None:
    """T32: any instant is a border of a list, or is refused; none is a crash."""
    for name in ("reportedFrom", "reportedTo", "occurredFrom", "occurredTo"):
        assert door.call("GET", f"/v1/events/?{name}={instant}").status_code in (200, 422)


def test_events_are_found_by_what_they_are(shop: Shop) -> None:
    """T32: type by name or id, subject by any name, and half-open ranges of both times, alone and in `filter`."""
    shop.event_type(schema=None)
    shop.event_type("RETURNED_COFFEE", schema=None)
    ada, bob = shop.user("ada"), shop.user("bob")
    made: list[Any] = []
    for number, (name, user) in enumerate(
        (("PURCHASED_COFFEE", ada), ("RETURNED_COFFEE", ada), ("PURCHASED_COFFEE", bob), ("PURCHASED_COFFEE", ada))
    ):
        body = {"type": name, "subject": user["id"], "occurredAt": f"2026-03-0{number + 1}T12:00:00Z"}
        made.append(shop.done("POST", "/v1/events", body | {"payload": {"number": number}}))

    def found(query: str) -> list[int]:
        listed = shop.done("GET", f"/v1/events/?order=ASC&{query}")
        return [one["payload"]["number"] for one in listed if "number" in one["payload"]]

    type_id = shop.done("GET", "/v1/event_types/PURCHASED_COFFEE")["id"]
    assert found("type=PURCHASED_COFFEE") == found(f"type={type_id}") == [0, 2, 3]
    assert (
        found("subject=ada") == found(f"subject={ada['id']}") == found(f"subject={ada['accountNumber']}") == [0, 1, 3]
    )
    assert found("type=PURCHASED_COFFEE&subject=bob") == found("filter=type:PURCHASED_COFFEE,subject:bob") == [2]
    assert found("occurredFrom=2026-03-02T12:00:00Z&occurredTo=2026-03-04T12:00:00Z") == [1, 2]
    assert found("occurredFrom=2026-03-02T13:00:00+01:00") == [1, 2, 3]
    assert found("subject=nobody") == found("type=NOTHING") == []
    assert found(f"reportedFrom={made[2]['reportedAt']}") == [2, 3] or made[1]["reportedAt"] == made[2]["reportedAt"]
