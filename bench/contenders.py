"""Ours beside N1 (FastAPI and asyncpg, one transaction an event) and P (pgbench, the same six statements)."""

from collections.abc import Awaitable, Callable
from operator import attrgetter
from statistics import median

from bench.load import Measured
from bench.stage import Shop, Stage, send
from bench.table import Table

MEMBERS = 10_000
BATCH = {"path": "/v1/events/batch", "events": 500, "connections": 4}
ENGINE_CPU_MOST, ENGINE_CPU_AIM = 15, 8


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
    return Table("Contenders", ["Figure", "best rounds", "median round", "rounds", "Needed", "Aim"], _rows(found))


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


def _rows(found: dict[str, list[Measured]]) -> list[list[str]]:
    def ratios(ours: str, theirs: str, of: Callable[[Measured], float]) -> list[str]:
        """Return the ratio of the best rounds of each, and the median, least and greatest within a round."""
        each = sorted(of(one) / of(other) for one, other in zip(found[ours], found[theirs], strict=True))
        best = max if of is _rate else min
        at_best = best(map(of, found[ours])) / best(map(of, found[theirs]))
        return [f"{at_best:.2f}", f"{median(each):.2f}", f"{each[0]:.2f} to {each[-1]:.2f}"]

    return [
        ["single events, to P", *ratios("single", "P", _rate), "≥ 1.5", "2.5"],
        ["single events, to N1", *ratios("single", "N1 single", _rate), "≥ 5", "9"],
        ["batches of 500, to P", *ratios("batch", "P", _rate), "≥ 3.5", "6"],
        ["one hot subject, to N1", *ratios("hot", "N1 hot", _rate), "≥ 8", ""],
        ["p99 at 64 connections, to N1's", *ratios("single", "N1 single", _p99), "≤ 0.25", "0.12"],
        ["p50 at one connection, to N1's", *ratios("one", "N1 one", _p50), "≤ 1.1", ""],
    ]


_rate, _p50, _p99 = attrgetter("rate"), attrgetter("p50_ms"), attrgetter("p99_ms")


def engine_table(microseconds: float) -> Table:
    """Show what the engine itself costs."""
    row = ["from the body's bytes to the answer's", f"{microseconds:.1f} µs", f"≤ {ENGINE_CPU_MOST} µs"]
    return Table(
        "The engine's CPU an event, without HTTP and database",
        ["What", "CPU", "Needed", "Aim"],
        [[*row, f"{ENGINE_CPU_AIM} µs"]],
    )
