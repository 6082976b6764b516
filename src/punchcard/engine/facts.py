"""Facts: what rules may look at beside the payload, and what of it is kept with an event.

    event     type, occurredAt, weekday (MONDAY to SUNDAY) and hour in the tenant's zone, channel (secret, user, admin)
    user      attributes (the profile's, with those set by reactions or calls), profile without name and address,
              accountAgeDays, consents (the names of those given), badges (the ids of those that the user has), tier
              (its name), tierId and tierPriority (null, null and -1 of a user who is in none), audiences (the names
              of those that the user is in), audienceIds, campaigns (the ids of the active ones by which the user was
              brought)
    wallet    balance and pending, as they were before the event
    counters  of each one by its name: count, sum or streak with the event, before.count and so on without it,
              daysSinceLast, counts
    now       when the event happened

What a rule has read of the user, the wallet and counters is pinned with the event, so that it can be judged again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from msgspec import Struct

from punchcard.engine.expression.nodes import Has, Index, Literal, Name, Node, Select, children

FACTS = (
    "payload", "event.type", "event.occurredAt", "event.weekday", "event.hour", "event.channel", "user.attributes",
    "user.profile", "user.accountAgeDays", "user.consents", "user.badges", "user.tier", "user.tierId",
    "user.tierPriority", "user.audiences", "user.audienceIds", "user.campaigns", "wallet.balance", "wallet.pending",
    "now", "counters",
)  # fmt: skip
"""What is gathered. A fact that is not would silently keep a reactor from firing, so others are refused.

Which counters there are is known where a rule is saved, and asked there.
"""

OF_EVENT = ("payload", "event.type", "event.occurredAt", "event.weekday", "event.hour", "event.channel", "now")
"""What an event says of itself, for ever."""

PROFILE = ("city", "country", "region", "postcode", "gender", "birthdate")
"""What of a profile rules may see, and so may be kept with an event: nothing that names a person."""

TIER = (("user",), ("user", "tier"), ("user", "tierId"), ("user", "tierPriority"))
NO_TIER = {"tier": None, "tierId": None, "tierPriority": -1}
"""Of a user in no tier: known, and not missing, so that `user.tier == "Gold" ? 2 : 1` is a number for everybody."""

PINNED = ("user", "wallet", "counters")
WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")

Facts = Mapping[str, Any]
Path = tuple[str, ...]
NO_PATHS: frozenset[Path] = frozenset()


class Member(Struct, frozen=True):
    """A user as rules see one. `profile` is the whole of it.

    consents, badges, audiences: None where no rule asks for them. attributes: the enabled ones that were set beside the
    profile. tier: what there is to be told of it, NO_TIER of a user in none; None where no rule asks.
    """

    profile: Mapping[str, Any]
    registered_at: datetime
    consents: Sequence[str] | None = None
    attributes: Mapping[str, Any] = {}
    badges: Sequence[str] | None = None
    audiences: Sequence[str] | None = None
    audience_ids: Sequence[str] | None = None
    campaigns: Sequence[str] | None = None
    tier: Mapping[str, Any] | None = None


def paths_of(tree: Node) -> frozenset[Path]:
    """Return the places below `event`, `user`, `wallet`, `counters` and `now` that an expression looks at."""
    found: set[Path] = set()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        path = path_of(node)
        if path is None:
            waiting.extend(children(node))
        elif path[0] != "payload":
            found.add(path)
    return frozenset(found)


def counters_in(tree: Node) -> Iterator[tuple[Path, tuple[int, ...]]]:
    """Return each mention of `counters`: the counter's name and what is asked of it, and where each step stands."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        path = path_of(node)
        if path is None:
            waiting.extend(children(node))
        elif path[0] == "counters":
            yield path[1:], _places(node)


def _places(node: Node) -> tuple[int, ...]:
    return (*_places(node.of), node.at) if isinstance(node, Select | Has | Index) else (node.at,)


def unseen_of(paths: Iterable[Path]) -> list[str]:
    """Return what of a profile is looked at although rules never see it."""
    return sorted(path[2] for path in paths if path[:2] == ("user", "profile") and path[2:3] and path[2] not in PROFILE)


def path_of(node: Node) -> Path | None:
    """Return the place that a node reads, from its root on; None: it does something else."""
    if isinstance(node, Name):
        return (node.name,)
    if isinstance(node, Select | Has):
        below = path_of(node.of)
        return None if below is None else (*below, node.name)
    if isinstance(node, Index) and isinstance(node.key, Literal) and isinstance(node.key.value, str):
        below = path_of(node.of)
        return None if below is None else (*below, node.key.value)
    return None


def of_event(type_name: str, occurred_at: datetime, channel: str, zone: tzinfo) -> dict[str, Any]:
    """Return what is true of an event beside its payload."""
    local = occurred_at.astimezone(zone)
    event = {
        "type": type_name, "occurredAt": occurred_at, "weekday": WEEKDAYS[local.weekday()], "hour": local.hour,
        "channel": channel,
    }  # fmt: skip
    return {"event": event, "now": occurred_at}


def of_member(member: Member, occurred_at: datetime) -> dict[str, Any]:
    """Return what is true of the user when the event happened; an account is no younger than 0 days."""
    asked = {
        "consents": member.consents, "badges": member.badges, "audiences": member.audiences,
        "audienceIds": member.audience_ids, "campaigns": member.campaigns,
    }  # fmt: skip
    return {
        **{name: list(found) for name, found in asked.items() if found is not None},
        **(member.tier or {}),
        "attributes": {**(member.profile.get("attributes") or {}), **member.attributes},
        "profile": {name: member.profile[name] for name in PROFILE if name in member.profile},
        "accountAgeDays": max(0, (occurred_at - member.registered_at).days),
    }


def asks_for_tier(paths: Iterable[Path]) -> bool:
    """Tell whether any of these paths leads to the user's tier."""
    return any(path[:2] in TIER for path in paths)


def of_wallet(balance: int, pending: int) -> dict[str, Any]:
    """Return how the wallet stands."""
    return {"balance": balance, "pending": pending}


def pinned(facts: Facts, paths: Iterable[Path]) -> dict[str, Any]:
    """Return what lies at the paths below `user`, `wallet` and `counters`; what is not there is left out."""
    kept: dict[str, Any] = {}
    for path in sorted(paths, key=len, reverse=True):  # a whole comes last, and takes its parts in
        if path[0] in PINNED:
            _keep(kept, facts, path)
    return kept


_GONE = object()
ALWAYS_KNOWN = ("accountAgeDays",)
"""What of a user can be told of any time."""


def as_then(now: Mapping[str, Any], kept: Mapping[str, Any], paths: Iterable[Path]) -> tuple[dict[str, Any], bool]:
    """Return what is so now with what was kept of then in its place; and whether something at `paths` was not kept."""
    seen, is_assumed = dict(now), False
    for path in sorted(paths, key=len, reverse=True):
        found = _find(kept, path)
        if found is not _GONE:
            _put(seen, path, found)
        elif path != ALWAYS_KNOWN:
            is_assumed = True
    return seen, is_assumed


def _find(facts: Any, path: Path) -> Any:
    for step in path:
        if not isinstance(facts, Mapping) or step not in facts:
            return _GONE
        facts = facts[step]
    return facts


def _put(facts: dict[str, Any], path: Path, value: Any) -> None:
    for step in path[:-1]:
        below = facts.get(step)
        facts[step] = facts = dict(below) if isinstance(below, Mapping) else {}
    facts[path[-1]] = value


def _keep(kept: dict[str, Any], facts: Facts, path: Path) -> None:
    found = _find(facts, path)
    if found is _GONE:
        return
    for step in path[:-1]:
        kept = kept.setdefault(step, {})
    kept[path[-1]] = found
