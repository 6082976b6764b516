"""The list of events, narrowed by what no index knows: places of the payload, sources, what they are not."""

import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from punchcard.db.connection import Db
from punchcard.db.listing import Listing, Page, read_cursor
from punchcard.events import search
from punchcard.events.event import EventView
from punchcard.events.export import ROWS_AT_ONCE, export_events_as_json_lines
from punchcard.events.payload_filter import read_path
from punchcard.events.stream import list_events
from tests.shop import Shop

PAYLOADS: dict[str, dict[str, Any]] = {
    "tea": {"total": 12.50, "kind": "Tea", "lines": [{"n": 1, "tag": "hot"}, {"n": 3}], "at": "2026-03-01"},
    "cake": {"total": 50, "kind": "cake, big", "paid": True, "a b": {"c.d": 0}},
    "code": {"total": "50", "kind": None},
    "huge": {"total": 9007199254740993},
}
KEY = b"k" * 32


def found(shop: Shop, payload: str) -> set[str]:
    """Return which of the payloads a comparison finds."""
    answer = shop.http.get("/v1/events/", params={"payload": payload, "type": "BOUGHT"}, headers=shop.headers())
    assert answer.status_code == 200, answer.text
    names = {json.dumps(value, sort_keys=True): name for name, value in PAYLOADS.items()}
    return {names[json.dumps(event["payload"], sort_keys=True)] for event in answer.json()["data"]}


def test_a_payload_is_compared(shop: Shop) -> None:
    """Numbers exactly, texts as texts, lists element by element; what is missing satisfies nothing."""
    shop.event_type("BOUGHT", schema=None)
    ada = shop.user("ada")
    batch = [{"type": "BOUGHT", "subject": ada["id"], "payload": payload} for payload in PAYLOADS.values()]
    shop.done("POST", "/v1/events/batch", batch)
    expected = {
        "total>12.4": {"tea", "cake", "huge"}, "total=12.5": {"tea"}, "total=50": {"cake", "code"},
        'total="50"': {"code"}, "total!=50": {"tea", "huge"}, "total>9007199254740992": {"huge"},
        "total>9007199254740993": set(), "kind=Tea": {"tea"}, "kind~TEA": {"tea"}, 'kind~", b"': {"cake"},
        'kind="cake, big",total>=50': {"cake"}, "lines.n>2": {"tea"}, "lines.n!=1": set(), "lines.tag=hot": {"tea"},
        "paid=true": {"cake"}, "kind=null": {"code"}, "nothing!=1": set(), '"a b"."c.d"=0': {"cake"},
        "at>2026-02": {"tea"}, "at<2026-02": set(), "kind~.": set(), " total <= 12.50 ": {"tea"},
    }  # fmt: skip
    assert {payload: found(shop, payload) for payload in expected} == expected


def test_what_is_no_comparison_is_refused(shop: Shop) -> None:
    """A payload's comparison that cannot be read is 422 at `payload`, and says where and what is expected."""
    refused = {
        "": "from 1 to 8", "total": "character 6 an operator", "total>": "character 7 a value",
        ">5": "character 1 a place", 'total>5 kind=a"b': "a value is expected", '"a=5': "character 1 a place",
        "total~": "a value", 'total~""': "that ~ is to look for", "a=1," * 9: "from 1 to 8",
        "a" * 1_001: "1000 characters", 'a="\\ud800"': "half a character", 'a="\\u0000"': "NUL",
        'a="\\x"': "in double quotes",
    }  # fmt: skip
    for text, told in refused.items():
        answer = shop.http.get("/v1/events/", params={"payload": text}, headers=shop.headers())
        assert answer.status_code == 422, text
        (fault,) = answer.json()["errors"]
        assert fault["pointer"] == "/payload"
        assert told in fault["detail"], text


@given(st.text(max_size=20), st.text(max_size=20))
def test_no_text_escapes_its_quotes(step: str, value: str) -> None:
    """Whatever stands in a place or a value is one quoted text of the path, or is refused."""
    written = f"{json.dumps(step)}={json.dumps(value)}"
    try:
        path = read_path(written)
    except ValueError:
        return
    quoted = [json.dumps(text, ensure_ascii=False) for text in (step, value)]
    assert path == f"(exists($.{quoted[0]} ? (@ == {quoted[1]})))"


def test_where_it_came_from(shop: Shop) -> None:
    """By the kind of caller, by the caller, by a CloudEvent's source; and all but those, and all but a type."""
    ada = shop.cafe()
    secret = shop.secret()
    hand = shop.report(ada, 1).json()["data"]
    till = shop.report(ada, 2, bearer=secret).json()["data"]
    cloud_event = {
        "specversion": "1.0", "id": "1", "source": "/till/7", "type": "PURCHASED_COFFEE", "subject": "ada",
        "data": {"total": 3},
    }  # fmt: skip
    media = {"Content-Type": "application/cloudevents+json"}
    cloud = shop.done("POST", "/v1/events", cloud_event, headers=media)

    def of(query: str) -> set[str]:
        return {event["id"] for event in shop.done("GET", f"/v1/events/?type=PURCHASED_COFFEE&{query}")}

    assert of("source=secret") == of(f"source={till['reporter']}") == {till["id"]}
    assert of("source=/till/7") == {cloud["id"]}
    assert of("notSource=secret") == {hand["id"], cloud["id"]}
    assert of("notSource=/till/7") == {hand["id"], till["id"]}
    types = {event["type"] for event in shop.done("GET", "/v1/events/?notType=PURCHASED_COFFEE")}
    assert types == {"REGISTERED_ACCOUNT"}
    assert shop.call("GET", "/v1/events/?payload=total>1&skip=1").status_code == 422


async def pages(db: Db, shop: Shop, order: str, **filters: str) -> list[Page[EventView]]:
    """Return every page of a list, three events each."""
    key = KEY + shop.tenant.tenant_id.bytes
    after: UUID | None = None
    listed: list[Page[EventView]] = []
    while True:
        listing = Listing(key, 3, 0, order, after, filters)  # type: ignore[arg-type]  # one of two words
        listed.append(await list_events(db, shop.tenant.tenant_id, None, listing))
        if listed[-1].next_cursor is None:
            return listed
        after = read_cursor(key, listed[-1].next_cursor)


@pytest.mark.parametrize("order", ["ASC", "DESC"])
@pytest.mark.parametrize(("step", "seconds"), [(2, 9.0), (4, 0.0), (100, 9.0)])
async def test_steps_find_each_once(
    shop: Shop, db: Db, monkeypatch: pytest.MonkeyPatch, order: str, step: int, seconds: float
) -> None:
    """However short a step is, and however soon a page ends, the pages together have each event once, in order."""
    monkeypatch.setattr(search, "STEP_FIRST", step)
    monkeypatch.setattr(search, "STEP_MAX", step)
    monkeypatch.setattr(search, "SECONDS_MAX", seconds)
    ada = shop.cafe()
    batch = [
        {"type": "PURCHASED_COFFEE", "subject": ada["id"], "payload": {"total": number, "items": [number % 5]}}
        for number in range(17)
    ]
    ids = [UUID(one["event"]["id"]) for one in shop.done("POST", "/v1/events/batch", batch)]
    wanted = [one for number, one in enumerate(ids) if number % 5 == 1]
    listed = await pages(db, shop, order, payload="items=1", notType="REGISTERED_ACCOUNT")
    assert [UUID(event.id) for page in listed for event in page.items] == (wanted if order == "ASC" else wanted[::-1])
    assert all(len(page.items) <= 3 for page in listed)
    assert (len(listed) > 2) == (seconds == 0)


async def test_an_export_holds_nothing_between_its_parts(shop: Shop, db: Db) -> None:
    """Between two parts of an export all connections are free: no transaction keeps vacuum waiting."""
    ada = shop.cafe()
    batch = [
        {"type": "PURCHASED_COFFEE", "subject": ada["id"], "payload": {"total": number}}
        for number in range(ROWS_AT_ONCE + 1)
    ]
    shop.done("POST", "/v1/events/batch", batch)
    listing = Listing(KEY, filters={"payload": "total>=0"})
    flow = await export_events_as_json_lines(db, shop.tenant.tenant_id, listing)
    counts = []
    async for part in flow.parts:
        counts.append(part.count(b"\n"))
        assert db.pool.get_idle_size() == db.pool.get_size()
    assert counts == [ROWS_AT_ONCE, 1]
