"""The bugs that the tests must find: each a few words of the sources put in another way, and the test that sees it.

Those of RELIABILITY's list that can be planted: the engine follows no redirect because it makes no request, and keeps
tenants apart by keys and conditions rather than by row-level security, so that there one condition is left out.
"""

from typing import NamedTuple


class Change(NamedTuple):
    """One place of a source file below `src/punchcard/`, and what stands there instead."""

    path: str
    before: str
    after: str


class Bug(NamedTuple):
    """What is wrong, by which changes, and the test that must fail. `on_change`: it is tried in `./dev test` too."""

    name: str
    changes: tuple[Change, ...]
    test: str
    on_change: bool = False


UNLOCKED = Change("events/drafts.py", 'lock="for no key update of wallets"', 'lock=""')
CLAIM = "events/claims.py"

BUGS = (
    Bug(
        "synchronous_commit=off",
        (Change("db/connection.py", '"jit": "off",', '"jit": "off", "synchronous_commit": "off",'),),
        "tests/faults/test_kills.py::test_postgres_is_killed",
    ),
    Bug(
        "the duplicate check takes no lock",
        (
            UNLOCKED,
            Change(
                CLAIM,
                "    first = dict(reversed(wanted))\n",
                "    known = await read_originals(tx, {each for each, _ in wanted})\n"
                "    late = {\n"
                "        place: known[each] for place, (each, _) in enumerate(wanted)\n"
                "        if each in known and known[each].refuses(now, WINDOW_SECONDS)\n"
                "    }\n"
                "    if late:\n"
                "        return late\n"
                "    first = dict(reversed(wanted))\n",
            ),
            Change(
                CLAIM,
                "        where excluded.reported_at >= original.reported_at + interval '60 seconds'\n"
                "           or excluded.reported_at < original.reported_at\n",
                "",
            ),
        ),
        "tests/races/test_twins.py::test_a_hundred_keys_of_32_twins",
    ),
    Bug(
        "the duplicate's row is written in a transaction of its own",
        (
            Change(
                "events/refused.py",
                "(await claims.claim(tx, wanted, now, windows))",
                "(await desk.db.run(lambda own: claims.claim(own, wanted, now, windows)))",
            ),
        ),
        "tests/faults/test_outages.py::test_a_poisoned_event_harms_only_its_sender",
    ),
    Bug(
        "fixed buckets of a minute",
        (
            Change(
                CLAIM,
                "where excluded.reported_at >= original.reported_at + interval '60 seconds'",
                "where date_bin('60 s', excluded.reported_at, 'epoch')\n"
                "            > date_bin('60 s', original.reported_at, 'epoch')",
            ),
        ),
        "tests/events/test_border.py::test_no_age_is_misjudged",
    ),
    Bug(
        "now() for the age",
        (Change("events/drafts.py", "clock_timestamp() as now, {xid} as xid", "now() as now, {xid} as xid"),),
        "tests/races/test_twins.py::test_a_hundred_keys_of_32_twins",
    ),
    Bug(
        "a 409 extends the window",
        (
            Change(
                CLAIM,
                "        set event_id = excluded.event_id, reported_at = excluded.reported_at\n"
                "        where excluded.reported_at >= original.reported_at + interval '60 seconds'\n"
                "           or excluded.reported_at < original.reported_at\n"
                "    returning event_id\n",
                "        set reported_at = excluded.reported_at, event_id = case\n"
                "            when excluded.reported_at >= original.reported_at + interval '60 seconds'\n"
                "            then excluded.event_id else original.event_id end\n"
                "    returning event_id\n",
            ),
            Change(
                CLAIM,
                "    if len(won) == len(wanted):\n",
                '    if {row["event_id"] for row in won} == {event_id for _, event_id in wanted}:\n',
            ),
        ),
        "tests/events/test_border.py::test_no_age_is_misjudged",
        on_change=True,
    ),
    Bug(
        "the mark that a step is done follows the commit of its effects",
        (
            Change(
                "jobs/worker.py",
                "            progress = await kind.step(tx, job, self._place)\n",
                "            progress = await self._db.run(lambda own: kind.step(own, job, self._place))\n"
                "            await asyncio.sleep(0.02)\n",
            ),
        ),
        "tests/jobs/test_processes.py::test_killed_in_mid_job",
    ),
    Bug(
        "a worker that trusts its lease",
        (
            Change(
                "db/queue.py",
                "pg_try_advisory_xact_lock($4, hashtext(id::text)) as is_free",
                "$4::integer > 0 as is_free",
            ),
            Change(
                "db/queue.py",
                "and lease = $3 and state = 'RUNNING'\n        and pg_try_advisory_xact_lock($4, hashtext(id::text))",
                "and $3::uuid is not null and $4::integer > 0",
            ),
            Change(
                "db/queue.py",
                "where tenant_id = $1 and id = $2 and lease = $3 and state = 'RUNNING' and steps = $4\n",
                "where tenant_id = $1 and id = $2 and $3::uuid is not null and $4::integer >= 0\n",
            ),
        ),
        "tests/jobs/test_worker.py::test_who_lost_the_job_does_nothing",
    ),
    Bug(
        "the unique key of the ledger is dropped",
        (
            Change(
                "db/migrations/0001_spine.sql",
                "    unique nulls not distinct (tenant_id, user_id, event_id, reactor_version_id, reaction),\n"
                "    foreign key (tenant_id, user_id, event_id) references events,\n"
                "    check ((reactor_version_id is null) = (reaction is null))\n",
                "    foreign key (tenant_id, user_id, event_id) references events,\n"
                "    check ((reactor_version_id is null) = (reaction is null))\n",
            ),
        ),
        "tests/abuse/test_append_only.py::test_a_reaction_posts_once",
    ),
    Bug(
        "the balance is a sum over entries, and nobody is kept waiting for it",
        (
            Change(
                "points/ledger.py",
                "        select wallets.* from unnest($1::uuid[], $2::uuid[]) as asked (tenant_id, user_id)\n"
                "        join wallets using (tenant_id, user_id)\n"
                "        order by tenant_id, user_id for no key update of wallets\n",
                "        select wallets.* from unnest($1::uuid[], $2::uuid[]) as asked (tenant_id, user_id)\n"
                "        join wallets using (tenant_id, user_id)\n"
                "        order by tenant_id, user_id\n",
            ),
        ),
        "tests/races/test_purchases.py::test_exactly_what_the_balance_affords",
    ),
    Bug(
        "stock is counted after the points are taken, and what is too much is not rolled back",
        (
            Change("commands/sale.py", "if sale.left[order.reward] == 0 or (", "if ("),
            Change(
                "rewards/rewards.py",
                "set stock_consumed = reward.stock_consumed + taken.count,\n        notified_at",
                "set stock_consumed = least(reward.stock_consumed + taken.count, reward.stock_capacity),\n"
                "        notified_at",
            ),
        ),
        "tests/races/test_purchases.py::test_exactly_what_the_stock_holds",
        on_change=True,
    ),
    Bug(
        "the outbox is written after the commit",
        (
            Change(
                "events/effects.py",
                "    await outbox.queue(tx, calls, now)\n",
                "    tx.late = [*getattr(tx, 'late', ()), lambda own: outbox.queue(own, calls, now)]\n",
            ),
            Change(
                "db/connection.py",
                "        if broke_off:\n            await self._resolve(tx)\n",
                "        if broke_off:\n            await self._resolve(tx)\n"
                "        for late in getattr(tx, 'late', ()):\n"
                "            await asyncio.sleep(0.05)\n"
                "            async with self.transaction() as own:\n"
                "                await late(own)\n",
            ),
        ),
        "tests/faults/test_failpoints.py::test_whatever_happens_there[P5 before COMMIT]",
    ),
    Bug(
        "whatever breaks is tried again, an unknown commit too",
        (
            Change(
                "db/connection.py",
                "            except _RETRIED:\n",
                "            except (*_RETRIED, OutcomeUnknown):\n",
            ),
            Change("db/connection.py", "while tx.xid is not None and asyncio", "while tx.xid is None and asyncio"),
        ),
        "tests/faults/test_commit.py::test_a_committed_purchase_is_answered_200",
    ),
    Bug(
        "one query forgets the tenant",
        (Change("events/stream.py", "    where event.tenant_id = $1\n", "    where $1::uuid is not null\n"),),
        "tests/abuse/test_isolation.py::test_lists_hold_the_own_tenants_things_only",
        on_change=True,
    ),
    Bug(
        "the subject of a public event is taken from the body",
        (
            Change(
                "events/check.py",
                'if about is None or about["user_id"] != caller["user_id"]:',
                "if about is None:",
            ),
        ),
        "tests/abuse/test_authority.py::test_a_member_reports_for_nobody_else",
        on_change=True,
    ),
    Bug(
        "HS256 is taken beside RS256",
        (
            Change(
                "access/bearer.py",
                "    if named not in NAMES[algorithm]:\n",
                '    if named == "HS256" and algorithm != named:\n'
                "        import base64, hmac\n\n"
                '        signed, _, signature = token.text.rpartition(".")\n'
                '        own = hmac.digest(key.as_pem(private=False), signed.encode(), "sha256")\n'
                '        if base64.urlsafe_b64encode(own).rstrip(b"=") == signature.encode():\n'
                "            return\n"
                "    if named not in NAMES[algorithm]:\n",
            ),
        ),
        "tests/access/test_bearer.py::test_public_key_is_no_shared_secret",
        on_change=True,
    ),
    Bug(
        "amounts are floats",
        (
            Change(
                "engine/derivation.py",
                '    step = _EXACT.add if operation == "SUM" else _EXACT.multiply\n',
                '    step = (lambda a, b: Decimal(float(a) + float(b))) if operation == "SUM" else (\n'
                "        lambda a, b: Decimal(float(a) * float(b)))\n",
            ),
        ),
        "tests/engine/test_derivation.py",
        on_change=True,
    ),
    Bug(
        "attempts are counted in the transaction that is rolled back",
        (
            Change(
                "db/queue.py", "attempt = attempt + is_free::integer", "attempt = greatest(attempt, is_free::integer)"
            ),
        ),
        "tests/jobs/test_processes.py::test_a_step_that_kills_its_process_is_parked",
    ),
    Bug(
        "the balance is cached, and not by member",
        (
            Change(
                "points/ledger.py",
                'def subject_of(row: Row) -> Subject:\n    """Return how a wallet stands."""\n    return Subject(',
                "_CACHED: dict[object, Subject] = {}\n\n\n"
                'def subject_of(row: Row) -> Subject:\n    """Return how a wallet stands."""\n'
                '    return _CACHED.setdefault(row["status"], Subject(',
            ),
            Change(
                "points/ledger.py",
                'row["pending"], row["debt"])\n\n\nasync def count',
                'row["pending"], row["debt"]))\n\n\nasync def count',
            ),
        ),
        "tests/races/test_twins.py::test_a_hundred_keys_of_32_twins",
    ),
)
