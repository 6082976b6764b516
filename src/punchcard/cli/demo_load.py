"""Filling the demo through the API, over HTTP, like anybody else would.

Every request has an Idempotency-Key that is the same each time, so a demo that was stopped in the middle goes on where
it was, and one that is filled stays as it is.
"""

import asyncio
import contextlib
import itertools
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar

from msgspec import Struct

from punchcard import clock, wire
from punchcard.cli import demo_programme
from punchcard.cli.api import Api
from punchcard.cli.demo_history import ADA, DAYS, SEED, Member, history, members, visit
from punchcard.errors import StartRefused

BATCH = 500
AT_ONCE = 12
PURCHASES = 12
TRICKLE_SECONDS = (2.0, 8.0)
TOKEN_SECONDS = 86_400

T = TypeVar("T")
Tell = Callable[[str], None]


class Shown(Struct, frozen=True):
    """What somebody needs to try the demo: a secret that lasts, and a member with a token of her own."""

    secret: str
    member: str
    member_id: str
    member_token: str
    events: int


async def fill(api: Api, end: datetime, tell: Tell) -> int:
    """Make the programme, its members and their history up to `end`; return the number of events."""
    tell("the programme")
    rewards = await _programme(api, end)
    known = members()
    tell(f"{len(known)} members")
    users = await _side_by_side(lambda one: _make(api, "/v1/users/", one.registration(end)), known)
    count = 0
    happened = history(known, end)
    for number in itertools.count():
        batch = list(itertools.islice(happened, BATCH))
        if not batch:
            break
        answer = await api.send("POST", "/v1/events/batch", wire.encode(batch), key=f"demo-history-{number}")
        _require_recorded(answer.status, answer.body)
        count += len(batch)
        tell(f"{count:,} events")
    await _make(api, "/v1/audiences/", demo_programme.REGULARS)
    tell("the rewards they bought")
    return count + len(known) + await _buy(api, users, rewards)


async def _programme(api: Api, end: datetime) -> list[Any]:
    """Make what members can do, earn and reach; return the rewards."""
    for event_type in demo_programme.EVENT_TYPES:
        await _make(api, "/v1/event_types/", event_type)
    for reactor in demo_programme.REACTORS:
        await _make(api, "/v1/event_reactors/", reactor)
    for path, name, body in demo_programme.BESIDE:
        await _make(api, path, body, name)
    badge = await _make(api, "/v1/badges/", demo_programme.CRITIC, "Critic")
    await _make(api, "/v1/event_reactors/", demo_programme.critics(badge["id"]))
    await _make(api, "/v1/campaigns/", demo_programme.FRIENDS)
    drinks, home = [
        (await _make(api, "/v1/reward_categories/", category))["id"] for category in demo_programme.CATEGORIES
    ]
    start = wire.rfc3339(end - timedelta(days=DAYS))
    return [await _make(api, "/v1/rewards/", reward) for reward in demo_programme.rewards(start, drinks, home)]


async def _make(api: Api, path: str, body: dict[str, Any], name: str | None = None) -> Any:
    name = name or body.get("name") or body["authIdentifier"]
    return await api.done("POST", path, body, key=f"demo-{path.split('/')[2]}-{name}")


def _require_recorded(status: int, body: dict[str, Any]) -> None:
    problems = [one["problem"]["detail"] for one in body.get("data", []) if "problem" in one]
    if "data" not in body or problems:
        raise StartRefused(f"The demo's history was refused: {(problems or [body.get('detail', status)])[0]}")


async def _buy(api: Api, users: list[Any], rewards: list[Any]) -> int:
    """Let some members buy what they can pay; return how many did. Whether one can is the engine's to say."""
    chance = Random(SEED + 2)  # noqa: S311 - made-up data, no secrets
    wanted = [(user, chance.choices(rewards, (6, 3, 2, 1))[0]) for user in chance.sample(users, PURCHASES)]

    async def buy(pair: tuple[Any, Any]) -> bool:
        user, reward = pair
        body = wire.encode({"rewardId": reward["id"], "beneficiaryId": user["id"]})
        answer = await api.send("POST", "/v1/commands/purchase_reward", body, key=f"demo-purchase-{user['id']}")
        return "data" in answer.body

    return sum(await _side_by_side(buy, wanted))


async def _side_by_side(call: Callable[[T], Awaitable[Any]], over: Sequence[T]) -> list[Any]:
    """Make a call for each, some at once; return what they gave in their order."""
    found: list[Any] = []
    for start in range(0, len(over), AT_ONCE):
        found += await asyncio.gather(*(call(one) for one in over[start : start + AT_ONCE]))
    return found


async def shown(api: Api, events: int) -> Shown:
    """Read what the demo prints, and sign a day's token for its first member."""
    secret = (await api.done("GET", "/v1/event_types/PURCHASED_COFFEE/secret"))["secret"]
    (user,) = await api.done("GET", f"/v1/users/?authIdentifier={ADA}")
    path = f"/v1/users/{user['id']}/access_tokens"
    token = (await api.done("POST", path, {"expiresIn": TOKEN_SECONDS}))["accessToken"]
    return Shown(str(secret), ADA, str(user["id"]), str(token), events)


async def trickle(api: Api) -> None:
    """Let a member drop in every few seconds, for as long as the demo runs."""
    chance = Random(clock.random_bytes(8))  # noqa: S311 - made-up data, no secrets
    known: list[Member] = members()
    weights = [member.visits_a_week for member in known]
    while True:
        await asyncio.sleep(chance.uniform(*TRICKLE_SECONDS))
        (member,) = chance.choices(known, weights)
        for event in visit(chance, member, None):
            with contextlib.suppress(StartRefused):
                await api.send("POST", "/v1/events", wire.encode(event), key=clock.new_id().hex)
