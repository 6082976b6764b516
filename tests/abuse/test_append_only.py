"""Events and ledger entries cannot be changed: not by the API, not by the application, not by the owner (row T33)."""

from typing import Any

import asyncpg
import pytest

from tests.shop import Shop, fixed


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_no_operation_changes_an_event(shop: Shop, method: str) -> None:
    """T33: PUT, PATCH and DELETE on an event, its reactions, a wallet, the stream and a voucher are 405."""
    shop.event_type()
    shop.reactor(fixed(5))
    user = shop.user()
    event = shop.report(user).json()["data"]
    for path in (
        f"/v1/events/{event['id']}", f"/v1/events/{event['id']}/reactions", "/v1/events/", "/v1/events/batch",
        f"/v1/users/{user['id']}/wallet", "/v1/vouchers/", "/v1/commands/purchase_reward",
    ):  # fmt: skip
        answer = shop.call(method, path, {})
        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
        assert method not in answer.headers["allow"]
    assert shop.done("GET", f"/v1/events/{event['id']}") == event


APPEND_ONLY = (
    "events", "ledger_entries", "event_type_versions", "reactor_versions", "lot_moves",
    "audit_log", "points_policy_versions",
    "earned_badges",
)  # fmt: skip
POLICY = {"name": "A policy", "type": "SIMPLE_EXPIRY", "config": {"after": "P1Y"}}
STATEMENTS = (
    "update {table} set tenant_id = tenant_id",
    "update {table} set tenant_id = tenant_id where false",
    "delete from {table}",
    "delete from {table} where false",
    "truncate {table} cascade",
)


@pytest.fixture
def written(shop: Shop) -> Shop:
    """Write at least one row into every append-only table."""
    shop.event_type()
    shop.reactor(fixed(5))
    shop.done("POST", "/v1/points_liability_criteria/", POLICY)
    user = shop.user()
    assert shop.report(user).status_code == 200
    badge = shop.done("POST", "/v1/badges/", {"internalName": "A badge"})
    taken = {"type": "POINTS", "points": fixed(-5)}
    shop.reactor(reactions=[taken, {"type": "BADGE", "badge": badge["id"]}])
    assert shop.report(user, 11).status_code == 200
    return shop


@pytest.mark.parametrize("table", APPEND_ONLY)
async def test_the_application_has_no_right_to(
    written: Shop, application: "asyncpg.Connection[Any]", table: str
) -> None:
    """T33: UPDATE, DELETE and TRUNCATE as the application's role are refused for want of a grant, even of no row."""
    del written
    for statement in STATEMENTS:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await application.execute(statement.format(table=table))


async def test_a_reaction_posts_once(written: Shop, owner: "asyncpg.Connection[Any]") -> None:
    """The schema takes a second entry of the same reaction on the same event from nobody."""
    again = """
        insert into ledger_entries (tenant_id, user_id, number, event_id, reactor_version_id, reaction, account, points,
                                    balance_after, recorded_at)
        select tenant_id, user_id, number + 100, event_id, reactor_version_id, reaction, account, points, balance_after,
               recorded_at
        from ledger_entries where tenant_id = $1
    """
    with pytest.raises(asyncpg.UniqueViolationError):
        await owner.execute(again, written.tenant.tenant_id)


@pytest.mark.parametrize("table", APPEND_ONLY)
async def test_the_owner_is_stopped_by_a_trigger(written: Shop, owner: "asyncpg.Connection[Any]", table: str) -> None:
    """T33: UPDATE, DELETE and TRUNCATE of rows as the owner are refused by the trigger."""
    del written
    for statement in STATEMENTS:
        if "where false" not in statement:
            with pytest.raises(asyncpg.RestrictViolationError, match="append-only"):
                await owner.execute(statement.format(table=table))


@pytest.mark.parametrize(
    "statement",
    [
        "drop table events", "alter table events disable trigger all", "alter table events add column x integer",
        "set session_replication_role = replica", "create table public.mine (a integer)",
        "drop trigger immutable on events",
        "alter role current_user superuser", "copy events to program 'id'", "select pg_read_file('/etc/passwd')",
        "create extension dblink", "drop schema public cascade",
        "create function f() returns int language c as '/x', 'f'",
    ],
)  # fmt: skip
async def test_the_application_cannot_help_itself(application: "asyncpg.Connection[Any]", statement: str) -> None:
    """T33, T68: the application's role owns nothing, is no superuser, and cannot give itself more."""
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await application.execute(statement)


async def test_the_application_is_not_the_owner(application: "asyncpg.Connection[Any]") -> None:
    """T68: the application's role is no superuser, owns no table, and may not create any."""
    role = await application.fetchrow(
        "select rolsuper, rolcreaterole, rolcreatedb, rolbypassrls from pg_roles where rolname = current_user"
    )
    assert role is not None
    assert set(role.values()) == {False}
    assert await application.fetchval("select count(*) from pg_tables where tableowner = current_user") == 0


async def test_a_balance_cannot_fall_below_zero(written: Shop, owner: "asyncpg.Connection[Any]") -> None:
    """T33: the schema itself refuses a negative balance, stock below what was sold, and a second entry of one cause."""
    tenant = written.tenant.tenant_id
    for statement in (
        "update wallets set balance = -1 where tenant_id = $1",
        """insert into ledger_entries
           select tenant_id, user_id, number + 1, event_id, reactor_version_id, reaction, account, points,
                  balance_after, recorded_at
           from ledger_entries where tenant_id = $1""",
    ):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await owner.execute(statement, tenant)
