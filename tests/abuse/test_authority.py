"""Who may report what: rows T01, T02, T07 to T10."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.shop import Shop

COFFEE = {"type": "PURCHASED_COFFEE", "payload": {"total": 3}}


def told(answer: Any) -> tuple[int, str]:
    """Return status and code of a refusal."""
    return answer.status_code, answer.json()["code"]


def without_id(answer: Any) -> dict[str, Any]:
    """Return the body of a refusal apart from its requestId."""
    return {name: value for name, value in answer.json().items() if name != "requestId"}


def test_a_private_event_without_a_token_is_401(shop: Shop) -> None:
    """T01: the API key alone reports nothing, whether the type exists or not."""
    shop.event_type()
    key = {"X-Api-Key": str(shop.tenant.api_key)}
    for name in ("PURCHASED_COFFEE", "NO_SUCH_TYPE"):
        answer = shop.http.post("/v1/events", json={"type": name, "payload": {"total": 1}}, headers=key)
        assert told(answer) == (401, "unauthenticated")
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_secret_of_another_type_tells_nothing(shop: Shop) -> None:
    """T02: the secret of type X on type Y is one and the same 403, whether Y exists or not."""
    shop.event_type()
    shop.event_type("RETURNED_COFFEE", schema=None)
    user, secret = shop.user(), shop.secret("RETURNED_COFFEE")
    known = shop.report(user, bearer=secret)
    unknown = shop.call("POST", "/v1/events", {"type": "NO_SUCH_TYPE", "subject": user["id"]}, bearer=secret)
    intrinsic = shop.call("POST", "/v1/events", {"type": "PURCHASED_REWARD", "subject": user["id"]}, bearer=secret)
    assert told(known) == (403, "secret_not_valid_for_type")
    assert without_id(known) == without_id(unknown) == without_id(intrinsic)


def test_private_and_public_are_not_mixed_up(shop: Shop) -> None:
    """T07: a member's token on a private type and a secret on a public one are 403."""
    shop.event_type()
    shop.event_type("VISITED_SHOP", private=False, schema=None)
    user = shop.user()
    token = shop.user_token(user)
    assert told(shop.call("POST", "/v1/events", COFFEE, bearer=token)) == (403, "type_not_for_caller")
    secret = shop.secret()
    shop.done("PATCH", "/v1/event_types/PURCHASED_COFFEE", {"isPrivate": False})
    assert told(shop.report(user, bearer=secret)) == (403, "type_not_for_caller")


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("PURCHASED_REWARD", "POST /v1/commands/purchase_reward"),
        ("REGISTERED_ACCOUNT", "POST /v1/users/"),
        ("PROFILE_UPDATED", "PATCH /v1/users/{id}"),
        ("CLOSED_ACCOUNT", "DELETE /v1/users/{id}"),
    ],
)
def test_intrinsic_types_are_the_engines(shop: Shop, name: str, command: str) -> None:
    """T08: an intrinsic type is 403 for administrators and members, in a batch too, and names the command to call."""
    user = shop.user()
    body = {"type": name, "subject": user["id"], "payload": {}}
    for bearer in (None, shop.user_token(user)):
        answer = shop.call("POST", "/v1/events", body, bearer=bearer)
        assert told(answer) == (403, "intrinsic_type")
        assert command in answer.json()["detail"]
    (verdict,) = shop.done("POST", "/v1/events/batch", [body])
    assert (verdict["status"], verdict["problem"]["code"]) == (403, "intrinsic_type")
    assert told(shop.call("POST", "/v1/events/test_reaction", body)) == (403, "intrinsic_type")


def test_a_private_event_needs_a_subject(shop: Shop) -> None:
    """T09: without a subject, 422 with the pointer /subject."""
    shop.event_type()
    for bearer in (None, shop.secret()):
        answer = shop.call("POST", "/v1/events", COFFEE, bearer=bearer)
        assert told(answer) == (422, "subject_required")
        assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/subject"]


async def test_a_foreign_subject_is_as_unknown_as_any(shop: Shop, open_shop: Callable[[], Awaitable[Shop]]) -> None:
    """T09: a subject of another tenant is answered with the same bytes as one that never was, by any of its names."""
    shop.event_type()
    stranger = (await open_shop()).user("stranger@example.org")
    unknown = shop.report({"id": "00000000-0000-4000-8000-000000000000"})
    assert told(unknown) == (422, "subject_unknown")
    for name in (stranger["id"], stranger["accountNumber"], stranger["authIdentifier"]):
        assert without_id(shop.report({"id": name})) == without_id(unknown)
        assert without_id(shop.report({"id": name}, bearer=shop.secret())) == without_id(unknown)


def test_a_member_reports_for_nobody_else(shop: Shop) -> None:
    """T10: a member who names another subject in body, query or header is 403, and nothing is recorded for either."""
    shop.event_type("VISITED_SHOP", private=False, schema=None)
    ada, bob = shop.user("ada"), shop.user("bob")
    token, visit = shop.user_token(ada), {"type": "VISITED_SHOP"}
    for name in (bob["id"], bob["accountNumber"], "bob", "nobody", "00000000-0000-4000-8000-000000000000"):
        assert told(shop.call("POST", "/v1/events", {**visit, "subject": name}, bearer=token)) == (
            403, "subject_mismatch",
        )  # fmt: skip
    beside = [
        shop.call("POST", f"/v1/events?subject={bob['id']}", visit, bearer=token),
        shop.call("POST", "/v1/events", visit, bearer=token, headers={"X-Subject": bob["id"]}),
        shop.call("POST", f"/v1/events/batch?subject={bob['id']}", [visit], bearer=token),
        shop.call("POST", "/v1/events/batch", [visit], bearer=token, headers={"X-Subject": bob["id"]}),
        shop.call("POST", "/v1/events", {**visit, "executor": bob["id"]}, bearer=token),
    ]
    assert [told(answer) for answer in beside] == [(403, "subject_mismatch")] * len(beside)
    assert [event for event in shop.done("GET", "/v1/events/") if event["type"] == "VISITED_SHOP"] == []


def test_a_member_may_name_himself(shop: Shop) -> None:
    """T10: the member's own id, account number and authIdentifier are no other subject."""
    shop.event_type("VISITED_SHOP", private=False, schema=None)
    ada = shop.user("ada")
    token = shop.user_token(ada)
    for number, name in enumerate((ada["id"], ada["accountNumber"], "ada")):
        body = {"type": "VISITED_SHOP", "subject": name, "payload": {"number": number}}
        assert shop.done("POST", "/v1/events", body, bearer=token)["subject"] == ada["id"]


def test_the_executor_is_who_caused_it(shop: Shop) -> None:
    """An executor that the till names is kept; an administrator who names none is the executor; a member never is."""
    shop.event_type()
    shop.event_type("VISITED_SHOP", private=False, schema=None)
    ada = shop.user()
    by_till = shop.report(ada, 1, bearer=shop.secret(), executor="till 4")
    assert by_till.json()["data"]["executor"] == "till 4"
    assert shop.report(ada, 2).json()["data"]["executor"] == f"admin:{shop.tenant.client_id}"
    own = shop.done("POST", "/v1/events", {"type": "VISITED_SHOP"}, bearer=shop.user_token(ada))
    assert "executor" not in own
    assert own["reporter"] == f"user:{ada['id']}"


def test_a_subject_goes_by_three_names(shop: Shop) -> None:
    """A user's id (in any case), account number and authIdentifier are one subject: the same event is a duplicate."""
    shop.event_type()
    ada = shop.user("ada@example.org")
    first = shop.report(ada).json()["data"]
    for name in (ada["id"].upper(), ada["accountNumber"], "ada@example.org"):
        answer = shop.report({"id": name})
        assert told(answer) == (409, "event_already_exists")
        assert answer.json()["event"]["id"] == first["id"]
    assert told(shop.report({"id": "ADA@example.org"})) == (422, "subject_unknown")
