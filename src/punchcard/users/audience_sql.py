"""Criteria as a condition in SQL over one member: `member` is the row of users, `wallet` the row of wallets.

Whatever a caller wrote is a parameter, and never becomes part of the text. A condition is true or false, never null.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from punchcard.db.connection import Row, Tx
from punchcard.engine.audience import OPPOSITES, Comparison, Criterion, Field, Group, Kind, Operator

TIER = """(
    select {column} from tier_stays as stay
    join tiers as tier on tier.tenant_id = stay.tenant_id and tier.id = stay.tier_id
    where stay.tenant_id = member.tenant_id and stay.user_id = member.id and stay.lost_at is null
      and (stay.until is null or stay.until > statement_timestamp()) and tier.deleted_at is null
      and (tier.effective_from is null or tier.effective_from <= statement_timestamp())
      and (tier.effective_until is null or tier.effective_until > statement_timestamp())
    order by tier.priority desc, tier.points_requirement desc, tier.id desc limit 1
)"""
LAST_EVENT = """(
    select event.reported_at from events as event
    where event.tenant_id = member.tenant_id and event.user_id = member.id and event.reporter <> 'engine'
    order by event.id desc limit 1
)"""
DAYS = "floor(extract(epoch from statement_timestamp() - {since}) / 86400)"
COLUMNS = {
    "profile.country": "member.profile->>'country'",
    "profile.region": "member.profile->>'region'",
    "profile.city": "member.profile->>'city'",
    "profile.postcode": "member.profile->>'postcode'",
    "profile.gender": "member.profile->>'gender'",
    "profile.birthdate": "member.profile->>'birthdate'",
    "profile.age": "extract(year from age((statement_timestamp() at time zone 'UTC')::date, "
    "(member.profile->>'birthdate')::date))",
    "account.status": "member.status",
    "account.registeredAt": "member.created_at",
    "account.ageDays": DAYS.format(since="member.created_at"),
    "activity.lastEventAt": LAST_EVENT,
    "activity.daysSinceLastEvent": DAYS.format(since=LAST_EVENT),
    "points.balance": "wallet.balance",
    "points.pending": "wallet.pending",
    "points.earned": "wallet.earned",
    "points.spent": "wallet.spent",
    "points.expired": "wallet.expired",
    "tier": TIER.format(column="array[tier.id::text, tier.details->tier.default_locale->>'name']"),
    "tier.priority": TIER.format(column="tier.priority"),
}
BADGES = """(
    select coalesce(sum(earned.change), 0) from badges as badge
    join earned_badges as earned on earned.tenant_id = badge.tenant_id and earned.badge_id = badge.id
        and earned.user_id = member.id
    where badge.tenant_id = member.tenant_id and (badge.id::text = {key} or badge.internal_name = {key})
)"""
CONSENTS = """exists (
    select from consents as consent join consent_types as type
        on type.tenant_id = consent.tenant_id and type.id = consent.consent_type_id and type.deleted_at is null
    where consent.tenant_id = member.tenant_id and consent.user_id = member.id and consent.revoked_at is null
      and (type.id::text = {key} or type.name = {key})
)"""
# Ids of events begin with the millisecond of their report, so a window is a range of the member's own key. The type is
# compared in such a way that it has no part in the choice of an index.
EVENTS = """(
    select count(*) from events as event
    where event.tenant_id = member.tenant_id and event.user_id = member.id
      and event.event_type_id is not distinct from (
          select type.id from event_types as type where type.tenant_id = member.tenant_id and type.name = {key}
      ){since}
)"""
SINCE = """
      and event.reported_at > statement_timestamp() - {window}::text::interval
      and event.id >= rpad(lpad(to_hex(floor(
          extract(epoch from statement_timestamp() - {window}::text::interval) * 1000
      )::bigint), 12, '0'), 32, '0')::uuid"""
PROFILE_VALUES = """
    select one.value from json_array_elements(case json_typeof(member.profile->'attributes'->{key})
        when 'array' then member.profile->'attributes'->{key}
        else json_build_array(member.profile->'attributes'->{key}) end) as one (value)
    where json_typeof(one.value) <> 'null'
"""
ATTRIBUTE_VALUES = """
    select one.value from attributes as one
    where one.tenant_id = member.tenant_id and one.subject_type = 'USER' and one.subject_id = member.id
      and one.key = {key} and one.is_enabled and one.replaced_at is null
"""
SYMBOLS = {
    Operator.EQUAL: "=",
    Operator.LESS: "<",
    Operator.LESS_OR_EQUAL: "<=",
    Operator.GREATER: ">",
    Operator.GREATER_OR_EQUAL: ">=",
}
TYPES: Mapping[Kind, str] = {
    Kind.TEXT: "text", Kind.NUMBER: "numeric", Kind.DATE: "text", Kind.INSTANT: "timestamptz", Kind.FLAG: "boolean",
    Kind.NAMES: "text",
}  # fmt: skip


ASKED_AT_ONCE = 50
# Which of several conditions hold for one member.
MET = """
    select array[{conditions}]::boolean[] as met
    from users as member join wallets as wallet on wallet.tenant_id = member.tenant_id and wallet.user_id = member.id
    where member.tenant_id = $1 and member.id = $2
"""
PLAN_ANEW = "set local plan_cache_mode = force_custom_plan"


class Condition:
    """A condition that is being written, and its arguments, which follow those that are there."""

    def __init__(self, arguments: list[Any]) -> None:
        self.arguments = arguments
        self._reads_events = False

    async def fetch(self, tx: Tx, sql: str) -> list[Row]:
        """Run a statement that has the condition in it."""
        # A plan that was made while a tenant had few events, and is kept, would read all of them for each member.
        if self._reads_events:
            await tx.execute(PLAN_ANEW)
        return await tx.fetch(sql, *self.arguments)

    def of(self, criterion: Criterion) -> str:
        """Return the SQL of criteria."""
        if isinstance(criterion, Group):
            joined = (" and " if criterion.is_all else " or ").join(self.of(part) for part in criterion.parts)
            return f"not ({joined})" if criterion.is_negated else f"({joined})"
        opposite = OPPOSITES.get(criterion.operator)
        if opposite is not None:
            return f"not {self._positive(Comparison(criterion.field, opposite, criterion.values))}"
        return self._positive(criterion)

    def _positive(self, test: Comparison) -> str:
        field = test.field
        if field.kind is Kind.ANY:
            source = ATTRIBUTE_VALUES if field.family == "attributes" else PROFILE_VALUES
            values = source.format(key=self._parameter(field.key, "text"))
            return f"exists (select from ({values}) as found (value) where {self._any(test)})"
        column = self._column(field)
        if test.operator is Operator.IS_NOT_NULL:
            return f"({column} is not null)"
        if field.kind is Kind.NAMES:
            return f"coalesce({column} && {self._parameter(list(test.values), 'text[]')}, false)"
        return f"coalesce({self._compared(column, test, TYPES[field.kind])}, false)"

    def _column(self, field: Field) -> str:
        if field.family is None:
            self._reads_events = self._reads_events or field.name.startswith("activity.")
            return COLUMNS[field.name]
        key = self._parameter(field.key, "text")
        if field.family == "badges":
            return BADGES.format(key=key)
        if field.family == "consents":
            return CONSENTS.format(key=key)
        self._reads_events = True
        window = "" if field.window is None else SINCE.format(window=self._parameter(field.window, "text"))
        return EVENTS.format(key=key, since=window)

    def _any(self, test: Comparison) -> str:
        """Compare one JSON value, as the test's values are."""
        if test.operator is Operator.IS_NOT_NULL:
            return "true"
        kind, sql = _json_kind(test.values[0])
        value = f"case json_typeof(found.value) when '{kind}' then (found.value #>> '{{}}')::{sql} end"
        return f"coalesce({self._compared(value, test, sql)}, false)"

    def _compared(self, column: str, test: Comparison, sql: str) -> str:
        values = test.values
        match test.operator:
            case Operator.BETWEEN:
                return f"{column} between {self._parameter(values[0], sql)} and {self._parameter(values[1], sql)}"
            case Operator.IN:
                return f"{column} = any({self._parameter(list(values), f'{sql}[]')})"
            case Operator.LIKE:
                return f"strpos(lower({column}), lower({self._parameter(values[0], 'text')})) > 0"
            case Operator.STARTS_WITH:
                return f"starts_with(lower({column}), lower({self._parameter(values[0], 'text')}))"
            case Operator.ENDS_WITH:
                end = self._parameter(values[0], "text")
                return f"right(lower({column}), length({end})) = lower({end})"
        return f"{column} {SYMBOLS[test.operator]} {self._parameter(values[0], sql)}"

    def _parameter(self, value: Any, sql: str) -> str:
        self.arguments.append(value)
        return f"${len(self.arguments)}::{sql}"


def _json_kind(value: object) -> tuple[str, str]:
    if isinstance(value, bool):
        return "boolean", "boolean"
    return ("number", "numeric") if isinstance(value, Decimal) else ("string", "text")


async def met_by(tx: Tx, tenant_id: UUID, user_id: UUID, asked: Mapping[UUID, Criterion]) -> set[UUID]:
    """Return those of several criteria, named by ids, that hold for a member."""
    met: set[UUID] = set()
    ids = list(asked)
    for first in range(0, len(ids), ASKED_AT_ONCE):
        some = ids[first : first + ASKED_AT_ONCE]
        condition = Condition([tenant_id, user_id])
        sql = MET.format(conditions=", ".join(condition.of(asked[one]) for one in some))
        for row in await condition.fetch(tx, sql):
            met |= {one for one, holds in zip(some, row["met"], strict=True) if holds}
    return met
