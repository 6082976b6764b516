"""The sections of the bench by name, and how much each measures, quickly and in full."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from bench import (
    audience,
    backtest,
    contenders,
    cost,
    expiry,
    expression,
    growth,
    hot,
    members,
    overload,
    parts,
    processes,
    purchases,
    reading,
    rules,
    sizes,
    starting,
    stored,
)  # fmt: skip
from bench.engine_cpu import engine_microseconds
from bench.stage import Stage
from bench.table import Size, Table


async def _engine(_: Stage, __: Size) -> Table:
    return contenders.engine_table(await asyncio.to_thread(engine_microseconds))


async def _expression(_: Stage, __: Size) -> Table:
    return await asyncio.to_thread(expression.by_expression)


async def _events(stage: Stage, size: Size) -> Table:
    return await growth.by_events(stage, most=20_000 if size.quick else 1_000_000)


async def _members(stage: Stage, size: Size) -> Table:
    codes, users = (20_000, 2_000) if size.quick else (1_000_000, 200_000)
    return await members.by_members(stage, codes=codes, users=users)


SECTIONS: Final[dict[str, Callable[[Stage, Size], Awaitable[Table]]]] = {
    "contenders": lambda stage, size: contenders.compare(stage, seconds=2, rounds=size.rounds),
    "engine": _engine,
    "cost": cost.by_cost,
    "processes": processes.by_processes,
    "reading": reading.by_reading,
    "batches": sizes.by_batches,
    "payloads": sizes.by_payloads,
    "hot": hot.by_subjects,
    "overload": overload.by_overload,
    "events": _events,
    "stored": stored.by_stored,
    "reactors": lambda stage, size: growth.by_reactors(stage, seconds=size.seconds),
    "rules": lambda stage, size: rules.by_rules(stage, seconds=2, rounds=size.rounds),
    "users": lambda stage, size: growth.by_users(stage, seconds=size.seconds),
    "parts": lambda stage, size: parts.by_parts(stage, seconds=size.seconds),
    "expression": _expression,
    "backtest": lambda stage, size: backtest.by_backtest(stage, events=20_000 if size.quick else 100_000),
    "purchases": lambda stage, size: purchases.by_purchases(stage, seconds=2, rounds=size.rounds),
    "expiry": lambda stage, size: expiry.by_expiry(stage, lots=100_000 if size.quick else 1_000_000),
    "members": _members,
    "audience": lambda stage, size: audience.by_audience(stage, members=20_000 if size.quick else 1_000_000),
    "starting": starting.by_starting,
}
WHEN_NAMED: Final = {"stored"}
"""Sections that take long: run only when they are named."""
