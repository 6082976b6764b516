"""CloudEvents through the API: three modes in, two out, and each event once for ever."""

import asyncio
import base64
import itertools
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import asyncpg
import httpx2 as httpx
import pytest
from cloudevents.core.bindings import http as binding
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from punchcard.db.embedded import Urls
from tests.conftest import faults_in, served, server_environment
from tests.shop import Shop

ONE, MANY = "application/cloudevents+json", "application/cloudevents-batch+json"
TYPE = "org.example.PURCHASED_COFFEE"
numbers = itertools.count(1)


def event(user: Any, total: Any = 10, **attributes: Any) -> dict[str, Any]:
    """Return a purchase as a CloudEvent in the JSON format, with an id of its own."""
    return {
        "specversion": "1.0", "id": f"sale {next(numbers)}", "source": "/tills/7", "type": TYPE, "subject": user["id"],
        "data": {"total": total}, **attributes,
    }  # fmt: skip


def in_json(
    shop: Shop, sent: Any, *, bearer: str | None = None, path: str = "/v1/events", **more: str
) -> httpx.Response:
    """Send one event in structured mode, or several in batched mode."""
    media = MANY if isinstance(sent, list) else ONE
    body = json.dumps(sent).encode()
    return shop.call("POST", path, body, bearer=bearer, headers={"Content-Type": media} | more)


def by_the_library(shop: Shop, sent: dict[str, Any], mode: str, path: str = "/v1/events") -> httpx.Response:
    """Send one event as the library writes it."""
    made = CloudEvent({name: value for name, value in sent.items() if name != "data"}, sent["data"])
    if mode == "batched":
        body, headers = b"[" + JSONFormat().write(made) + b"]", {"Content-Type": MANY}
    else:
        message = binding.to_binary_event(made) if mode == "binary" else binding.to_structured_event(made)
        body, headers = message.body, dict(message.headers)
    return shop.http.request("POST", path, content=body, headers=shop.headers() | headers)


def recorded(shop: Shop) -> list[Any]:
    """Return the purchases that are recorded, the newest first."""
    return list(shop.done("GET", "/v1/events/?filter=type:PURCHASED_COFFEE"))


def data_of(answer: httpx.Response) -> Any:
    """Return the one event in an answer, whatever its mode."""
    assert answer.status_code == 200, answer.text
    data = answer.json()["data"]
    if isinstance(data, list):
        (verdict,) = data
        assert verdict["status"] == 200, verdict
        return verdict["event"]
    return data


MODES = ["structured", "binary", "batched"]


@pytest.mark.parametrize("mode", MODES)
def test_what_the_library_sends_is_an_event(shop: Shop, mode: str) -> None:
    """In each mode an event of the library is recorded, gives points, and names type, subject, instant and payload."""
    user = shop.cafe()
    sent = event(user, 12, subject="ada", tillnumber="Nº 7 & “co” 50%", shift=3, manned=True)
    sent |= {"dataschema": "https://example.org/sale.json", "datacontenttype": "application/vnd.sale+json"}
    data = data_of(by_the_library(shop, sent, mode))
    assert (data["type"], data["subject"], data["payload"]) == ("PURCHASED_COFFEE", user["id"], {"total": 12})
    assert data["points"] == 12
    kept = data["context"]["cloudEvent"]
    expected = {name: value for name, value in sent.items() if name != "data"}
    if mode == "binary":  # headers know text alone
        expected |= {"shift": "3", "manned": "True"}
    assert {name: kept[name] for name in expected} == expected
    assert data["occurredAt"][:22] == kept["time"][:22]
    assert shop.done("GET", f"/v1/events/{data['id']}") == data


@pytest.mark.parametrize("mode", MODES)
def test_what_came_is_given_back_to_the_library(shop: Shop, mode: str) -> None:
    """What is read back as a CloudEvent is to the library what was sent, alone and in a page; with our id beside it."""
    user = shop.cafe()
    sent = event(user, 1, anything="unknown", sequence="7", sampledrate="30")
    data = data_of(by_the_library(shop, sent, mode))
    answer = shop.call("GET", f"/v1/events/{data['id']}", headers={"Accept": ONE})
    assert answer.headers["content-type"] == ONE
    page = shop.call("GET", "/v1/events/?filter=type:PURCHASED_COFFEE", headers={"Accept": MANY})
    assert page.headers["content-type"] == MANY
    (listed,) = page.json()
    assert listed == answer.json()
    read = binding.from_structured_event(binding.HTTPMessage(dict(answer.headers), answer.content))
    attributes = read.get_attributes()
    assert {name: attributes.get(name) for name in sent} == {**sent, "data": None}
    assert read.get_data() == sent["data"]
    assert attributes["punchcardid"] == data["id"]


def test_time_is_given_back_to_the_last_digit(shop: Shop) -> None:
    """An instant is kept as it came, though the engine counts in microseconds."""
    user = shop.cafe()
    time = "2026-03-01T10:30:00.123456789+01:00"
    data = data_of(in_json(shop, event(user, time=time)))
    assert data["occurredAt"] == "2026-03-01T09:30:00.123Z"
    assert shop.call("GET", f"/v1/events/{data['id']}", headers={"Accept": ONE}).json()["time"] == time


def test_any_event_can_be_had_as_one(shop: Shop) -> None:
    """Events that did not come so have their id, the tenant as source, and the user as subject; intrinsic ones too."""
    user = shop.cafe()
    data = shop.report(user, 3).json()["data"]
    assert "context" not in data
    told = shop.call("GET", f"/v1/events/{data['id']}", headers={"Accept": f"{ONE}, application/json;q=0.5"}).json()
    assert told == {
        "specversion": "1.0", "id": data["id"], "source": f"urn:uuid:{shop.tenant.tenant_id}",
        "type": "PURCHASED_COFFEE", "subject": user["id"], "time": data["occurredAt"],
        "datacontenttype": "application/json", "data": {"total": 3}, "punchcardid": data["id"],
    }  # fmt: skip
    page = shop.call("GET", "/v1/events/", headers={"Accept": MANY}).json()
    assert [one["type"] for one in page] == ["PURCHASED_COFFEE", "REGISTERED_ACCOUNT"]
    ours = shop.call("GET", "/v1/events/", headers={"Accept": f"application/json, {ONE};q=0.5"})
    assert ours.json()["data"][0] == data
    other = shop.call("GET", "/v1/users/", headers={"Accept": ONE})
    assert other.headers["content-type"] == "application/json"


def test_pages_are_linked(shop: Shop) -> None:
    """A page of CloudEvents has the next one's address in Link, with all that was asked for."""
    user = shop.cafe()
    for total in range(5):
        data_of(in_json(shop, event(user, total)))
    path, totals = "/v1/events/?limit=2&order=ASC&filter=type:PURCHASED_COFFEE", []
    while path:
        answer = shop.call("GET", path, headers={"Accept": MANY})
        totals += [one["data"]["total"] for one in answer.json()]
        link = answer.headers.get("link", "")
        assert not link or link.endswith('>; rel="next"')
        path = link.partition(">")[0].removeprefix("<")
    assert totals == [0, 1, 2, 3, 4]


# once, for ever ------------------------------------------------------------------------------------


def test_the_same_event_again(shop: Shop) -> None:
    """Sent again in any mode, with any content, it is the first answer, and nothing is recorded."""
    user = shop.cafe()
    sent = event(user, 10)
    first = in_json(shop, sent)
    assert "idempotency-replayed" not in first.headers
    again = [in_json(shop, sent), in_json(shop, {**sent, "data": {"total": 99}, "subject": "nobody", "type": "OTHER"})]
    again += [in_json(shop, {**sent, "time": "2100-01-01T00:00:00Z", "data": {"total": -1}})]
    again += [by_the_library(shop, sent, "binary")]
    for answer in again:
        assert answer.content == first.content
        assert answer.headers["idempotency-replayed"] == "true"
    batch = in_json(shop, [sent], path="/v1/events/batch")
    assert batch.headers["idempotency-replayed"] == "true"
    assert batch.json()["data"] == [{"index": 0, "status": 200, "event": first.json()["data"], "replayed": True}]
    assert [one["id"] for one in recorded(shop)] == [first.json()["data"]["id"]]
    assert shop.balance(user) == 10


def test_it_wins_over_what_has_become_of_the_type(shop: Shop) -> None:
    """A type that was archived since changes nothing for an event that was recorded before."""
    user = shop.cafe()
    sent = event(user)
    first = in_json(shop, sent)
    shop.done("PATCH", "/v1/event_types/PURCHASED_COFFEE", {"isActive": False})
    assert in_json(shop, event(user, 11)).status_code == 422
    again = in_json(shop, sent)
    assert (again.status_code, again.content) == (200, first.content)


def test_other_sources_and_ids_are_other_events(shop: Shop) -> None:
    """Source and id together make the event; where one ends and the other begins matters."""
    user = shop.cafe()
    pairs = [("a", "bc"), ("ab", "c"), ("A", "bc"), ("a", "BC"), ("a", "bc "), ("%61", "bc")]
    for total, (source, name) in enumerate(pairs):
        answer = in_json(shop, event(user, total, source=source, id=name))
        assert (answer.status_code, "idempotency-replayed" in answer.headers) == (200, False)
    assert len(recorded(shop)) == len(pairs)


def test_what_was_refused_is_not_remembered(shop: Shop) -> None:
    """A refused event may be sent again with its id once it is put right."""
    user = shop.cafe()
    sent = event(user)
    for wrong in (
        {"data": {"total": "x"}},
        {"subject": "nobody"},
        {"type": "NO_SUCH_TYPE"},
        {"time": "1900-01-01T00:00:00Z"},
    ):
        assert in_json(shop, sent | wrong).status_code in (404, 422)
    assert "idempotency-replayed" not in in_json(shop, sent).headers
    assert shop.balance(user) == 10


def test_other_ids_with_the_same_content_are_duplicates(shop: Shop) -> None:
    """The rule for duplicates holds between events of different ids, however they came; an id known wins over it."""
    user = shop.cafe()
    sent = event(user, 5)
    first = data_of(in_json(shop, sent))
    twin = in_json(shop, event(user, 5))
    assert (twin.status_code, twin.json()["code"]) == (409, "event_already_exists")
    assert twin.json()["event"]["id"] == first["id"]
    assert shop.report(user, 5).status_code == 409
    assert in_json(shop, sent).headers["idempotency-replayed"] == "true"


def test_with_an_idempotency_key(shop: Shop) -> None:
    """A key is the request's and looked up first; in binary mode the attributes are part of the request."""
    user = shop.cafe()
    sent = event(user, 5)
    first = in_json(shop, sent, **{"Idempotency-Key": "k"})
    assert in_json(shop, sent, **{"Idempotency-Key": "k"}).content == first.content
    other = in_json(shop, event(user, 6), **{"Idempotency-Key": "k"})
    assert other.json()["code"] == "idempotency_key_reused"
    headers = {"Idempotency-Key": "b", "ce-specversion": "1.0", "ce-source": "s", "ce-type": TYPE}
    answers = [
        shop.call("POST", "/v1/events", {"total": 7}, headers=headers | {"ce-id": name, "ce-subject": "ada"})
        for name in ("1", "1", "2")
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 422]
    assert answers[0].content == answers[1].content


# who may -------------------------------------------------------------------------------------------


def test_secrets_and_administrators_share_events(shop: Shop) -> None:
    """What a till sent the office may send again; a secret learns nothing of another type's events."""
    user = shop.cafe()
    shop.event_type("RETURNED_CUP")
    till, cups = shop.secret(), shop.secret("RETURNED_CUP")
    sent = event(user)
    first = in_json(shop, sent, bearer=till)
    again = in_json(shop, sent)
    assert (again.status_code, again.content) == (200, first.content)
    cup = in_json(shop, {**sent, "type": "RETURNED_CUP"}, bearer=cups)
    assert (cup.status_code, cup.json()["code"]) == (403, "secret_not_valid_for_type")
    assert first.json()["data"]["id"] not in cup.text
    foreign = in_json(shop, sent, bearer=cups)
    assert (foreign.status_code, foreign.json()["code"]) == (403, "secret_not_valid_for_type")


def test_end_users_are_apart(shop: Shop) -> None:
    """No user gets another's event, or stands in its way, by its id; and none gets the programme's."""
    shop.event_type("VISITED_SHOP", private=False, schema=None)
    users = [shop.user("ada"), shop.user("bob")]
    tokens = [shop.user_token(user) for user in users]
    sent = {"specversion": "1.0", "id": "1", "source": "app", "type": "VISITED_SHOP", "data": {"place": "here"}}
    office = in_json(shop, {**sent, "subject": "ada", "data": {"place": "office"}})
    firsts = [in_json(shop, sent, bearer=token) for token in tokens]
    assert [answer.json()["data"]["subject"] for answer in firsts] == [user["id"] for user in users]
    assert all("idempotency-replayed" not in answer.headers for answer in firsts)
    for token, first in zip(tokens, firsts, strict=True):
        again = in_json(shop, {**sent, "data": {"place": "there"}}, bearer=token)
        assert (again.content, again.headers["idempotency-replayed"]) == (first.content, "true")
    assert in_json(shop, {**sent, "subject": "bob"}).content == office.content
    stolen = in_json(shop, {**sent, "subject": "ada"}, bearer=tokens[1])
    assert stolen.content == firsts[1].content, "the user's own event, whatever it says"
    refused = in_json(shop, {**sent, "id": "2", "subject": "ada"}, bearer=tokens[1])
    assert (refused.status_code, refused.json()["code"]) == (403, "subject_mismatch")


async def test_tenants_are_apart(open_shop: Callable[[], Awaitable[Shop]]) -> None:
    """The same source and id in two tenants are two events."""
    shops = [await open_shop(), await open_shop()]
    ids = set()
    for shop in shops:
        shop.cafe()
        answer = in_json(shop, {**event({"id": "ada"}), "id": "same"})
        ids.add(data_of(answer)["id"])
        assert "idempotency-replayed" not in answer.headers
    assert len(ids) == 2


def test_authority_is_what_it_was(shop: Shop) -> None:
    """A CloudEvent opens nothing that our own form does not."""
    user = shop.cafe()
    token = shop.user_token(user)
    mine = in_json(shop, event(user), bearer=token)
    assert (mine.status_code, mine.json()["code"]) == (403, "type_not_for_caller")
    intrinsic = in_json(shop, event(user, type="REGISTERED_ACCOUNT"))
    assert (intrinsic.status_code, intrinsic.json()["code"]) == (403, "intrinsic_type")
    alone = shop.http.post(
        "/v1/events", content=b"{}", headers={"Content-Type": ONE, "X-Api-Key": str(shop.tenant.api_key)}
    )
    assert alone.status_code == 401


def test_a_forbidden_caller_learns_nothing_by_an_id(shop: Shop) -> None:
    """Who may not report a type is refused, whether the event is known or not."""
    user = shop.cafe()
    token = shop.user_token(user)
    sent = event(user)
    data_of(in_json(shop, sent))
    known, unknown = in_json(shop, sent, bearer=token), in_json(shop, event(user), bearer=token)
    assert known.status_code == unknown.status_code == 403
    assert known.json()["detail"] == unknown.json()["detail"]


# batches -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/v1/events", "/v1/events/", "/v1/events/batch"])
def test_a_batch(shop: Shop, path: str) -> None:
    """Each event has a verdict and an identity of its own; faults lead to attributes and data."""
    user = shop.cafe()
    known = event(user, 1)
    first = data_of(in_json(shop, known))
    batch = [
        event(user, 2), known, {**event(user), "id": ""}, event(user, -1), 7,
        event(user, time="1900-01-01T00:00:00Z"), {**event(user), "datacontenttype": "text/xml", "data": "<x/>"},
        event(user, 2),
    ]  # fmt: skip
    answer = in_json(shop, batch, path=path)
    assert answer.status_code == 200
    assert "idempotency-replayed" not in answer.headers
    verdicts = answer.json()["data"]
    assert [verdict["status"] for verdict in verdicts] == [200, 200, 422, 422, 422, 422, 415, 409]
    assert verdicts[1] == {"index": 1, "status": 200, "event": first, "replayed": True}
    assert "replayed" not in verdicts[0]
    pointers = [[fault["pointer"] for fault in verdict["problem"].get("errors", [])] for verdict in verdicts[2:]]
    assert pointers == [["/id"], ["/data/total"], [""], ["/time"], ["/datacontenttype"], []]
    again = in_json(shop, [batch[0], known], path=path)
    assert again.headers["idempotency-replayed"] == "true"
    assert [verdict["event"]["id"] for verdict in again.json()["data"]] == [verdicts[0]["event"]["id"], first["id"]]
    assert shop.balance(user) == 3


def test_an_empty_batch_is_none(shop: Shop) -> None:
    """The specification lets a batch be empty; one is answered, and nothing else."""
    answer = in_json(shop, [], path="/v1/events/batch")
    assert (answer.status_code, answer.json()["data"]) == (200, [])
    assert "idempotency-replayed" not in answer.headers
    whole = shop.call("POST", "/v1/events/batch", b'{"events": []}', headers={"Content-Type": MANY})
    assert whole.status_code == 422


@pytest.mark.parametrize("atomic", ["false", "true"])
def test_twins_in_a_batch_are_one_event(shop: Shop, atomic: str) -> None:
    """An event that comes twice in one batch is recorded once, and both verdicts show it."""
    user = shop.cafe()
    sent, other = event(user, 4), event(user, 5)
    answer = in_json(shop, [sent, other, {**sent, "data": {"total": 9}}], path=f"/v1/events/batch?atomic={atomic}")
    first, second, twin = answer.json()["data"]
    assert [first["status"], second["status"], twin["status"]] == [200, 200, 200]
    assert (twin["event"], twin["replayed"]) == (first["event"], True)
    assert shop.balance(user) == 9


def test_a_twin_of_what_was_refused(shop: Shop) -> None:
    """When the first of two twins is refused the second is asked to come again, and then recorded."""
    user = shop.cafe()
    wrong, right = event(user, -1), event(user, 4)
    right["id"] = wrong["id"]
    verdicts = in_json(shop, [wrong, right], path="/v1/events/batch").json()["data"]
    assert [verdict["status"] for verdict in verdicts] == [422, 409]
    assert verdicts[1]["problem"]["code"] == "event_in_flight"
    assert data_of(in_json(shop, right))["points"] == 4


def test_a_twin_that_says_the_same_is_refused_the_same(shop: Shop) -> None:
    """Of two twins that say the same, what is wrong with the first is wrong with the second: coming again is no use."""
    user = shop.cafe()
    wrong, seen = event(user, -1), event(user, 4)
    assert in_json(shop, seen).status_code == 200
    again = event(user, 4)
    verdicts = in_json(shop, [wrong, wrong, again, again], path="/v1/events/batch").json()["data"]
    codes = [verdict["problem"]["code"] for verdict in verdicts]
    assert codes == ["payload_invalid"] * 2 + ["event_already_exists"] * 2


def test_an_atomic_batch(shop: Shop) -> None:
    """All or nothing: what is known counts as recorded, and one that cannot be refuses all, with its place."""
    user = shop.cafe()
    known, new = event(user, 1), event(user, 2)
    data_of(in_json(shop, known))
    refused = in_json(shop, [known, new, event(user, -1)], path="/v1/events/batch?atomic=true")
    assert refused.status_code == 422
    assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/2/data/total"]
    assert shop.balance(user) == 1
    done = in_json(shop, [known, new], path="/v1/events/batch?atomic=true")
    assert [verdict["status"] for verdict in done.json()["data"]] == [200, 200]
    assert shop.balance(user) == 3


# what cannot be ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "status", "code", "pointer"),
    [
        ({"specversion": "0.3"}, 422, "invalid", "/specversion"),
        ({"id": None}, 422, "invalid", "/id"),
        ({"source": "a b"}, 422, "invalid", "/source"),
        ({"type": ""}, 422, "invalid", "/type"),
        ({"type": "org."}, 422, "invalid", "/type"),
        ({"type": "org.example.no_such"}, 404, "event_type_unknown", None),
        ({"subject": "x" * 129}, 422, "invalid", "/subject"),
        ({"subject": None}, 422, "subject_required", "/subject"),
        ({"subject": "nobody"}, 422, "subject_unknown", "/subject"),
        ({"time": "yesterday"}, 422, "invalid", "/time"),
        ({"time": "1999-01-01T00:00:00Z"}, 422, "occurred_at_out_of_range", "/time"),
        ({"time": "2999-01-01T00:00:00Z"}, 422, "occurred_at_out_of_range", "/time"),
        ({"data": [1]}, 422, "invalid", "/data"),
        ({"data": {"total": "5"}}, 422, "payload_invalid", "/data/total"),
        ({"data": None}, 422, "payload_invalid", "/data/total"),
        ({"data": None, "data_base64": "e30"}, 422, "invalid", "/data_base64"),
        ({"data": None, "data_base64": "ew=="}, 400, "malformed", "/data_base64"),
        ({"datacontenttype": "text/xml"}, 415, "unsupported_media_type", "/datacontenttype"),
        ({"Extension": "x"}, 422, "invalid", "/Extension"),
        ({"extension": 1.5}, 422, "invalid", "/extension"),
    ],
    ids=str,
)
def test_bad_input(shop: Shop, wrong: dict[str, Any], status: int, code: str, pointer: str | None) -> None:
    """T22, T23, T24, T47: what is wrong with an attribute or the data is told with a pointer to it."""
    user = shop.cafe()
    answer = in_json(shop, {**event(user), **wrong})
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    pointers = [fault["pointer"] for fault in answer.json().get("errors", [])]
    assert pointers == ([] if pointer is None else [pointer])
    assert recorded(shop) == []


def test_base64(shop: Shop) -> None:
    """JSON in Base64 is the payload, exact to the last digit."""
    user = shop.cafe()
    encoded = base64.b64encode(b'{"total": 0.10000000000000000555, "items": []}').decode()
    answer = in_json(shop, {**event(user, data_base64=encoded), "data": None})
    assert answer.status_code == 200
    assert b'"total":0.10000000000000000555' in answer.content


@pytest.mark.parametrize(
    ("media", "path"),
    [
        ("application/cloudevents", "/v1/events"), ("application/cloudevents+avro", "/v1/events"),
        ("application/cloudevents+json; charset=latin-1", "/v1/events"),
        ("application/cloudevents-batch+protobuf", "/v1/events"), (ONE, "/v1/events/batch"), (ONE, "/v1/users/"),
        ("application/cloudevents-batch", "/v1/events/batch"),
    ],
)  # fmt: skip
def test_other_formats(shop: Shop, media: str, path: str) -> None:
    """Formats that are not taken, and places where none is: 415."""
    answer = shop.call("POST", path, b"{}", headers={"Content-Type": media})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_in_headers(shop: Shop) -> None:
    """Binary mode: what headers say is unescaped as the binding says; faults lead to the attribute."""
    user = shop.cafe()
    base = {"ce-specversion": "1.0", "ce-source": "/till", "ce-type": TYPE, "ce-subject": user["id"]}
    good = shop.call(
        "POST", "/v1/events", {"total": 1}, headers=base | {"ce-id": "%F0%9F%98%80", "ce-note": '"a \\"b\\""'}
    )
    assert data_of(good)["context"]["cloudEvent"]["id"] == "😀"
    assert data_of(good)["context"]["cloudEvent"]["note"] == 'a "b"'
    for more, pointer in (
        ({"ce-id": "%C0%A0"}, "/id"), ({"ce-id": "1", "ce-time": "%"}, "/time"), ({}, "/id"),
        ({"ce-id": "1", "ce-datacontenttype": "application/json"}, "/datacontenttype"),
    ):  # fmt: skip
        answer = shop.call("POST", "/v1/events", {"total": 1}, headers=base | {"ce-specversion": "1.0"} | more)
        assert answer.status_code == 422
        assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    text = shop.call("POST", "/v1/events", b"hello", headers=base | {"ce-id": "1", "Content-Type": "text/plain"})
    assert text.status_code == 415
    unread = shop.call("POST", "/v1/events", b"{", headers=base | {"ce-id": "1"})
    assert unread.status_code == 400


values = st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.lists(st.integers(), max_size=2)
names = st.sampled_from(("specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data", "x", "A"))
FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FUZZ
@given(st.dictionaries(names, values, max_size=5), st.booleans())
def test_whatever_comes(shop: Shop, changes: dict[str, Any], several: bool) -> None:  # noqa: FBT001 - hypothesis'
    """Whatever an envelope holds, alone or in a batch, the answer is one that is documented, and never a 5xx."""
    sent = {"specversion": "1.0", "id": "1", "source": "s", "type": "VISITED", "subject": "ada"} | changes
    answer = in_json(shop, [sent] if several else sent)
    assert answer.status_code in {200, 400, 404, 415, 422}, answer.text
    if several and answer.status_code == 200:
        assert answer.json()["data"][0]["status"] in {400, 404, 415, 422}


# twins ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def second(urls: Urls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a second process on the same database; return its address."""
    log = tmp_path_factory.mktemp("second") / "log"
    with served(server_environment(urls), log=log) as (address, _):
        yield address
    assert not faults_in(log)


@pytest.fixture
async def doors(server: str, second: str) -> AsyncIterator[list[httpx.AsyncClient]]:
    """Open both processes' doors."""
    async with (
        httpx.AsyncClient(base_url=server, timeout=60) as one,
        httpx.AsyncClient(base_url=second, timeout=60) as two,
    ):
        yield [one, two]


@pytest.mark.parametrize("processes", [1, 2])
async def test_twins_at_once(shop: Shop, doors: list[httpx.AsyncClient], processes: int) -> None:
    """One event sent 16 times at once, to one process or two, is one event; whoever asks meanwhile may have to wait."""
    user = shop.cafe()
    headers = shop.headers() | {"Content-Type": ONE}
    for number in range(15):
        # Each says something else: the identity alone makes them one.
        bodies = [json.dumps({**event(user, 16 * number + place), "id": f"race {number}"}) for place in range(16)]
        answers = await asyncio.gather(
            *(
                doors[place % processes].post("/v1/events", content=body, headers=headers)
                for place, body in enumerate(bodies)
            )
        )
        told = [answer for answer in answers if answer.status_code == 200]
        assert {answer.json()["code"] for answer in answers if answer.status_code != 200} <= {"event_in_flight"}
        assert len({answer.json()["data"]["id"] for answer in told}) == 1
        assert len([answer for answer in told if "idempotency-replayed" not in answer.headers]) == 1
        again = await doors[-1].post("/v1/events", content=bodies[-1], headers=headers)
        assert (again.content, again.headers["idempotency-replayed"]) == (told[0].content, "true")
    assert len(recorded(shop)) == 15


async def test_batches_of_the_same_events_at_once(shop: Shop, doors: list[httpx.AsyncClient]) -> None:
    """Two processes that get the same batches in other orders record each event once, without a deadlock."""
    user = shop.cafe()
    batch = [event(user, total) for total in range(30)]
    headers = shop.headers() | {"Content-Type": MANY}
    orders = [batch, batch[::-1], batch[10:] + batch[:10], batch[20:] + batch[:20]]
    for _ in range(2):
        answers = await asyncio.gather(
            *(
                doors[place % 2].post("/v1/events/batch", content=json.dumps(order), headers=headers)
                for place, order in enumerate(orders)
            )
        )
        assert {answer.status_code for answer in answers} == {200}
        statuses = {one["status"] for answer in answers for one in answer.json()["data"]}
        assert statuses <= {200, 409}
    codes = {one["problem"]["code"] for answer in answers for one in answer.json()["data"] if one["status"] == 409}
    assert codes <= {"event_in_flight"}
    assert len(recorded(shop)) == 30
    assert shop.balance(user) == sum(range(30))


async def test_a_type_of_a_moment_ago_in_the_other_process(shop: Shop, doors: list[httpx.AsyncClient]) -> None:
    """No event is refused on the word of an old catalogue, with an identity or a key."""
    shop.cafe()
    headers = shop.headers()
    for number in range(5):
        name = "TYPE_" + "ABCDE"[number]
        asked = {"specversion": "1.0", "id": name, "source": "s", "type": name, "subject": "ada"}
        before = await doors[1].post("/v1/events", json=asked, headers=headers | {"Content-Type": ONE})
        assert before.status_code == 404
        shop.event_type(name, schema=None)
        for more in ({"Content-Type": ONE}, {"Content-Type": ONE, "Idempotency-Key": name}):
            answer = await doors[1].post("/v1/events", json=asked, headers=headers | more)
            assert answer.status_code == 200


async def test_it_is_for_ever(shop: Shop, urls: Urls) -> None:
    """What makes an event the same again is never swept, and can be neither changed nor dropped."""
    user = shop.cafe()
    data_of(in_json(shop, event(user)))
    owner, application = await asyncpg.connect(urls.owner), await asyncpg.connect(urls.app)
    try:
        count = "select count(*) from cloud_events where tenant_id = $1"
        assert await owner.fetchval(count, shop.tenant.tenant_id) == 1
        for statement in (
            "update cloud_events set user_id = user_id",
            "delete from cloud_events",
            "truncate cloud_events",
        ):
            with pytest.raises(asyncpg.RestrictViolationError):
                await owner.execute(statement)
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await application.execute(statement)
    finally:
        await owner.close()
        await application.close()
