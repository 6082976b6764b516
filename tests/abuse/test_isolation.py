"""Nothing of another tenant's, or another member's: row T31. Every operation's share of it: tests/http."""

from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.shop import Shop, fixed

CANARY = "canary-of-the-other-tenant"


def without_id(answer: Any) -> tuple[int, dict[str, Any]]:
    """Return a refusal apart from its requestId."""
    return answer.status_code, {name: value for name, value in answer.json().items() if name != "requestId"}


def furnished(shop: Shop, word: str) -> dict[str, str]:
    """Put one of everything into a shop, named after a word; return the paths of it all."""
    shop.event_type("VISITED_SHOP", private=False, schema=None)
    reactor = shop.reactor(fixed(100), "VISITED_SHOP", name=word)
    user = shop.user(word, externalIdentifier=f"{word} outside")
    event = shop.done("POST", "/v1/events", {"type": "VISITED_SHOP", "subject": user["id"], "payload": {"word": word}})
    reward = shop.reward(5, word)
    voucher = shop.buy(user, reward)["payload"]["voucherId"]
    issuer = {"issuer": word, "audience": word, "algorithm": "HS256", "secret": "s" * 32}
    return {
        "event": f"/v1/events/{event['id']}",
        "reactions": f"/v1/events/{event['id']}/reactions",
        "event type": f"/v1/event_types/{shop.done('GET', '/v1/event_types/VISITED_SHOP')['id']}",
        "secret": f"/v1/event_types/{shop.event_type()['id']}/secret",
        "reactor": f"/v1/event_reactors/{reactor['id']}",
        "user": f"/v1/users/{user['id']}",
        "wallet": f"/v1/users/{user['id']}/wallet",
        "reward": f"/v1/rewards/{reward['id']}",
        "voucher": f"/v1/vouchers/{voucher}",
        "issuer": f"/v1/token_issuers/{shop.done('POST', '/v1/token_issuers/', issuer)['id']}",
    }


def elsewhere(path: str) -> str:
    """Return the path with an id that nobody has."""
    return "/".join(str(uuid4()) if len(part) == 36 else part for part in path.split("/"))


async def test_another_tenants_things_are_not_there(shop: Shop, open_shop: Callable[[], Awaitable[Shop]]) -> None:
    """T31: every id of another tenant is 404 for reading, changing and deleting, in the same bytes as an unknown id."""
    theirs = furnished(await open_shop(), CANARY)
    shop.event_type("VISITED_SHOP", private=False, schema=None)
    for name, path in theirs.items():
        methods: list[tuple[str, Any]] = [("GET", None)]
        if name in {"event type", "reactor", "user", "reward", "issuer"}:
            methods.append(("PATCH", {}))
        if name in {"reactor", "user", "reward", "issuer"}:
            methods.append(("DELETE", None))
        if name == "user":
            assert shop.call("POST", f"{path}/access_tokens", {}).status_code == 404
        for method, body in methods:
            foreign, unknown = shop.call(method, path, body), shop.call(method, elsewhere(path), body)
            assert foreign.status_code == 404, (name, method)
            if name not in {"event type", "secret"}:  # those two repeat what was asked for
                assert without_id(foreign) == without_id(unknown)
            assert CANARY not in foreign.text


async def test_another_tenants_things_cannot_be_named(shop: Shop, open_shop: Callable[[], Awaitable[Shop]]) -> None:
    """T31: an id of another tenant inside a body or a filter is as unknown as any other."""
    other = await open_shop()
    theirs = {name: path.split("/")[3] for name, path in furnished(other, CANARY).items()}
    mine = {name: path.split("/")[3] for name, path in furnished(shop, "mine").items()}
    nobody = str(uuid4())

    def answers(path: str, make: Callable[[str], Any], name: str) -> None:
        foreign, unknown = shop.call("POST", path, make(theirs[name])), shop.call("POST", path, make(nobody))
        assert without_id(foreign) == without_id(unknown)
        assert foreign.status_code in (404, 422)

    answers("/v1/event_reactors/", lambda one: {"name": "A reactor", "eventType": one, "reactions": []}, "event type")
    answers("/v1/event_reactors/", lambda one: {"name": "Reactor", "eventType": {"id": one}}, "event type")
    answers("/v1/commands/purchase_reward", lambda one: {"rewardId": mine["reward"], "beneficiaryId": one}, "user")
    answers("/v1/commands/purchase_reward", lambda one: {"rewardId": one, "beneficiaryId": mine["user"]}, "reward")
    answers("/v1/events", lambda one: {"type": "VISITED_SHOP", "subject": one}, "user")
    answers("/v1/events/test_reaction", lambda one: {"type": "VISITED_SHOP", "subject": one}, "user")
    for query in (
        f"events/?subject={theirs['user']}", f"events/?type={theirs['event type']}", f"events/?subject={CANARY}",
        f"event_reactors/?eventType={theirs['event type']}", f"vouchers/?user={theirs['user']}",
        f"vouchers/?reward={theirs['reward']}", f"users/?authIdentifier={CANARY}", f"token_issuers/?issuer={CANARY}",
        f"users/?externalIdentifier={CANARY} outside", f"rewards/?name={CANARY}",
    ):  # fmt: skip
        assert shop.done("GET", f"/v1/{query}") == [], query


async def test_lists_hold_the_own_tenants_things_only(shop: Shop, open_shop: Callable[[], Awaitable[Shop]]) -> None:
    """T31: no list shows a byte of another tenant's."""
    furnished(await open_shop(), CANARY)
    furnished(shop, "mine")
    for name in ("events", "event_types", "event_reactors", "users", "rewards", "vouchers", "token_issuers"):
        answer = shop.call("GET", f"/v1/{name}/?limit=1000")
        assert answer.status_code == 200
        assert CANARY not in answer.text
        assert "mine" in answer.text or name in {"event_types", "vouchers"}


def test_a_member_sees_himself_only(shop: Shop) -> None:
    """T31: another member's user, wallet, events and vouchers are 404 for a member, like those of nobody."""
    ada_paths = furnished(shop, "ada")
    bob = shop.user("bob")
    token = shop.user_token(bob)
    for name in ("event", "user", "wallet", "voucher"):
        path = ada_paths[name]
        foreign, unknown = (shop.call("GET", one, bearer=token) for one in (path, elsewhere(path)))
        assert foreign.status_code == 404, name
        assert without_id(foreign) == without_id(unknown)
    for name in ("events", "vouchers"):
        shown = shop.done("GET", f"/v1/{name}/", bearer=token)
        assert all(bob["id"] == one.get("subject", one.get("userId")) for one in shown)
    ada_id = ada_paths["user"].split("/")[3]
    assert shop.done("GET", f"/v1/events/?subject={ada_id}", bearer=token) == []
    assert shop.done("GET", f"/v1/vouchers/?user={ada_id}", bearer=token) == []
    assert shop.done("GET", f"/v1/users/{bob['id'].upper()}/wallet", bearer=token)["userId"] == bob["id"]


def test_a_member_buys_for_himself_only(shop: Shop) -> None:
    """T31: beneficiaryId in the body cannot be another member, whoever that is."""
    paths = furnished(shop, "ada")
    bob = shop.user()
    reward_id = paths["reward"].split("/")[3]
    for beneficiary in (paths["user"].split("/")[3], str(uuid4())):
        body = {"rewardId": reward_id, "beneficiaryId": beneficiary}
        answer = shop.call("POST", "/v1/commands/purchase_reward", body, bearer=shop.user_token(bob))
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_ids_cannot_be_counted_up(shop: Shop) -> None:
    """T31: neighbouring ids of events and users share no more than their time: 48 random bits or more differ."""
    shop.event_type()
    users = [shop.user()["id"] for _ in range(20)]
    events = shop.done(
        "POST", "/v1/events/batch",
        [{"type": "PURCHASED_COFFEE", "subject": user, "payload": {"total": 1}} for user in users],
    )  # fmt: skip
    for ids in (users, [verdict["event"]["id"] for verdict in events]):
        tails = [UUID(one).int & (1 << 48) - 1 for one in ids]
        assert len(set(tails)) == 20
        assert min(abs(left - right) for left, right in pairwise(tails)) > 1_000_000


@pytest.mark.parametrize("id", ["1", "0", "-1", "null", "me", "*", "{id}", "00000000", "a" * 36, "%20", "[]"])
def test_what_is_no_id_is_404(door: Shop, id: str) -> None:
    """T31: what is no UUID names nothing."""
    for path in ("events", "users", "rewards", "vouchers", "event_reactors", "token_issuers"):
        assert door.call("GET", f"/v1/{path}/{id}").status_code == 404
