"""At twice the capacity: what is recorded, what is turned away, how soon, and what comes after."""

import resource
from typing import Any

from bench.growth import MEMBERS
from bench.load import Measured
from bench.stage import Stage, send
from bench.table import Size, Table, cells, ratio

QUEUE = 500
"""Events that may wait. The default of 10,000 would let what is accepted wait for some seconds."""
CONNECTIONS = 2_000
PEAK_CONNECTIONS = 256
"""So many that more of them bring no more: commits are as large as they become."""
TIMES = 2
PHASES: dict[str, dict[str, Any]] = {
    "peak": {"connections": PEAK_CONNECTIONS, "warm_up_seconds": 1},
    "over": {"connections": CONNECTIONS, "warm_up_seconds": 1},
    "after": {"connections": PEAK_CONNECTIONS, "warm_up_seconds": 0},
}


async def by_overload(stage: Stage, size: Size) -> Table:
    """Find the peak, send twice as much, and measure again after it, in turn.

    What is recorded meanwhile is compared with the mean of the two peaks around it, so that a machine that slows down
    or speeds up during a round does not make the figure. CPU says what of it is the engine's own.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 2 * CONNECTIONS)), hard))
    shop = await stage.shop(MEMBERS)
    found: dict[str, list[Measured]] = {"peak": [], "over": [], "after": []}
    cost: dict[str, list[float]] = {"peak": [], "over": [], "after": []}
    seconds = 3 * size.seconds
    async with stage.serving(QUEUE_EVENTS_MAX=str(QUEUE)):
        await send(stage.load(shop, seconds=2))
        for _ in range(size.rounds):
            await stage.quiet()
            for name, fields in PHASES.items():
                rate = TIMES * found["peak"][-1].rate if name == "over" else 0.0
                before = stage.cpu_seconds()[0]
                measured = await send(stage.load(shop, seconds=seconds, rate=rate, **fields))
                spent = (stage.cpu_seconds()[0] - before) / (measured.seconds + fields["warm_up_seconds"])
                found[name].append(measured)
                cost[name].append(1e6 * spent / measured.rate)
                refused = f"refused {measured.refused / measured.seconds:.0f}/s within {measured.refused_p99_ms:.1f} ms"
                print(f"  {name:6} {measured.rate:7.0f}/s  p99 {measured.p99_ms:7.1f} ms  {refused}", flush=True)
            await stage.tidy()
    return _table(found, cost)


def _table(found: dict[str, list[Measured]], cost: dict[str, list[float]]) -> Table:
    """Return the table of what was measured in each phase, and of the engine's CPU µs an event in it."""
    rates = {name: [each.rate for each in measured] for name, measured in found.items()}
    at_twice, at_once = ratio(rates["over"], _around(rates)), ratio(rates["after"], rates["peak"])
    over = found["over"]
    beyond = [twice - usual for twice, usual in zip(cost["over"], _around(cost), strict=True)]
    refusals = [more * each.events / max(1, each.refused) for more, each in zip(beyond, over, strict=True)]
    rows = [
        ["recorded at twice the capacity, to the peaks before and after", *cells(at_twice), "≥ 0.9"],
        ["recorded at once afterwards, to the peak", *cells(at_once), "≥ 0.9"],
        ["the engine's CPU a refusal", f"{min(refusals):.0f} µs", f"to {max(refusals):.0f} µs", ""],
        ["the engine's CPU a recorded event, at the peak", f"{min(cost['peak']):.0f} µs", "", ""],
        ["the generator's share of a core, at most", f"{max(each.cpu_share for each in over):.2f}", "", ""],
        ["share answered 503 and Retry-After", f"{max(_share_refused(each) for each in over):.0%}", "", ""],
        ["p99 of a 503", _p99(over, "refused_p99_ms"), "", "≤ 1,000 ms"],
        ["p99 of what is recorded, at the peak", _p99(found["peak"], "p99_ms"), "", ""],
        ["p99 of what is recorded, at twice the capacity", _p99(over, "p99_ms"), "", "≤ 1,000 ms"],
    ]
    figures = {"recorded at twice the capacity, to the peak": at_twice, "recorded afterwards, to the peak": at_once}
    return Table(
        f"Overload (at most {QUEUE} events wait)", ["Figure", "best rounds", "rounds", "Needed"], rows, figures
    )


def _share_refused(measured: Measured) -> float:
    return measured.refused / (measured.events + measured.refused)


def _around(found: dict[str, list[float]]) -> list[float]:
    """Return the means of what was found before and after, round by round."""
    return [(before + after) / 2 for before, after in zip(found["peak"], found["after"], strict=True)]


def _p99(measured: list[Measured], of: str) -> str:
    return f"{min(getattr(each, of) for each in measured):,.0f} ms"
