"""Ours beside N1 (FastAPI and asyncpg, one transaction an event) and P (pgbench, the same six statements)."""

import json
import timeit
from collections.abc import Awaitable, Callable
from operator import attrgetter

from bench.load import EVENT, Measured
from bench.stage import Shop, Stage, send
from bench.table import Figure, Table, cells, ratio

MEMBERS = 10_000
BATCH = {"path": "/v1/events/batch", "events": 500, "connections": 4}
ENGINE_CPU_MOST, ENGINE_CPU_AIM = 15, 8


_rate, _p50, _p99 = attrgetter("rate"), attrgetter("p50_ms"), attrgetter("p99_ms")
# Ours, whom it is compared to, in what; then what is needed, and what is aimed at.
COMPARED: dict[str, tuple[str, str, Callable[[Measured], float], str, str]] = {
    "single events, to P": ("single", "P", _rate, "≥ 1.5", "2.5"),
    "single events, to N1": ("single", "N1 single", _rate, "≥ 5", "9"),
    "batches of 500, to P": ("batch", "P", _rate, "≥ 3.5", "6"),
    "one hot subject, to N1": ("hot", "N1 hot", _rate, "≥ 8", ""),
    "p99 at 64 connections, to N1's": ("single", "N1 single", _p99, "≤ 0.25", "0.12"),
    "p50 at one connection, to N1's": ("one", "N1 one", _p50, "≤ 1.1", ""),
}


async def compare(stage: Stage, *, seconds: float, rounds: int) -> Table:
    """Let the contenders take turns, `rounds` times, and compare what they did in each round."""
    ours, theirs, bare = [await stage.shop(MEMBERS) for _ in range(3)]
    found: dict[str, list[Measured]] = {}
    async with stage.naive(theirs) as port:
        turns = _turns(stage, ours, theirs, bare, port, seconds)
        for number in range(rounds):
            for name, turn in turns.items():
                await stage.quiet()
                measured = await turn()
                found.setdefault(name, []).append(measured)
                print(
                    f"  {number + 1} {name:14} {measured.rate:7.0f}/s  p50 {measured.p50_ms:7.2f} ms  "
                    f"p99 {measured.p99_ms:7.2f} ms  generator {measured.cpu_share:.0%} of a core",
                    flush=True,
                )
            await stage.tidy()
    figures = {name: _figure(found, ours, theirs, of) for name, (ours, theirs, of, *_) in COMPARED.items()}
    rows = [[name, *cells(figures[name]), *wanted] for name, (_, _, _, *wanted) in COMPARED.items()]
    return Table("Contenders", ["Figure", "best rounds", "rounds", "Needed", "Aim"], rows, figures)


def _turns(
    stage: Stage, ours: Shop, theirs: Shop, bare: Shop, port: int, seconds: float
) -> dict[str, Callable[[], Awaitable[Measured]]]:
    return {
        "N1 single": lambda: send(stage.load(theirs, port=port, seconds=seconds)),
        "single": lambda: send(stage.load(ours, seconds=seconds)),
        "P": lambda: stage.pgbench(bare, seconds),
        "batch": lambda: send(stage.load(ours, seconds=seconds, **BATCH)),
        "hot": lambda: send(stage.load(ours, seconds=seconds, subjects=1)),
        "N1 hot": lambda: send(stage.load(theirs, port=port, seconds=seconds, subjects=1)),
        "one": lambda: send(stage.load(ours, seconds=seconds, connections=1)),
        "N1 one": lambda: send(stage.load(theirs, port=port, seconds=seconds, connections=1)),
    }


def _figure(found: dict[str, list[Measured]], ours: str, theirs: str, of: Callable[[Measured], float]) -> Figure:
    return ratio([*map(of, found[ours])], [*map(of, found[theirs])], more=of is _rate)


def engine_table(microseconds: float) -> Table:
    """Show what the engine itself costs, beside what the standard library needs to read and write the same body."""
    row = ["from the body's bytes to the answer's", f"{microseconds:.1f} µs", f"≤ {ENGINE_CPU_MOST} µs"]
    measure = yardstick()
    name = "the engine, to json.loads and json.dumps of the body"
    return Table(
        "The engine's CPU an event, without HTTP and database",
        ["What", "CPU", "Needed", "Aim"],
        [[*row, f"{ENGINE_CPU_AIM} µs"], ["`json.loads` and `json.dumps` of the body", f"{measure:.1f} µs", "", ""]],
        {name: Figure(round(microseconds / measure, 3), more=False)},
    )


def yardstick() -> float:
    """Return the microseconds in which the standard library reads and writes an event, the least of many rounds."""
    body = EVENT % (1, 12.34, 5)
    rounds = timeit.repeat(lambda: json.dumps(json.loads(body)), number=200, repeat=100)
    return 1e6 * min(rounds) / 200
