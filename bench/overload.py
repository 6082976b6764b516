"""At twice the capacity: what is recorded, what is turned away, how soon, and what comes after."""

import resource

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


async def by_overload(stage: Stage, size: Size) -> Table:
    """Find the peak, send twice as much, and measure again after it, in turn."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 2 * CONNECTIONS)), hard))
    shop = await stage.shop(MEMBERS)
    found: dict[str, list[Measured]] = {"peak": [], "over": [], "after": []}
    seconds = 3 * size.seconds
    async with stage.serving(QUEUE_EVENTS_MAX=str(QUEUE)):
        await send(stage.load(shop, seconds=2))
        for _ in range(size.rounds):
            await stage.quiet()
            peak = await send(stage.load(shop, seconds=seconds, connections=PEAK_CONNECTIONS))
            rate = TIMES * peak.rate
            over = await send(stage.load(shop, seconds=seconds, rate=rate, connections=CONNECTIONS))
            after = await send(stage.load(shop, seconds=seconds, warm_up_seconds=0, connections=PEAK_CONNECTIONS))
            for name, measured in (("peak", peak), ("over", over), ("after", after)):
                found[name].append(measured)
                refused = f"refused {measured.refused / measured.seconds:.0f}/s within {measured.refused_p99_ms:.1f} ms"
                print(f"  {name:6} {measured.rate:7.0f}/s  p99 {measured.p99_ms:7.1f} ms  {refused}", flush=True)
            await stage.tidy()
    rates = {name: [each.rate for each in measured] for name, measured in found.items()}
    at_twice, at_once = (ratio(rates[name], rates["peak"]) for name in ("over", "after"))
    share = [each.refused / (each.events + each.refused) for each in found["over"]]
    rows = [
        ["recorded at twice the capacity, to the peak", *cells(at_twice), "≥ 0.9"],
        ["recorded at once afterwards, to the peak", *cells(at_once), "≥ 0.9"],
        ["share answered 503 and Retry-After", f"{max(share):.0%}", "", ""],
        ["p99 of a 503", _p99(found["over"], "refused_p99_ms"), "", "≤ 1,000 ms"],
        ["p99 of what is recorded, at the peak", _p99(found["peak"], "p99_ms"), "", ""],
        ["p99 of what is recorded, at twice the capacity", _p99(found["over"], "p99_ms"), "", "≤ 1,000 ms"],
    ]
    figures = {"recorded at twice the capacity, to the peak": at_twice, "recorded afterwards, to the peak": at_once}
    return Table(
        f"Overload (at most {QUEUE} events wait)", ["Figure", "best rounds", "rounds", "Needed"], rows, figures
    )


def _p99(measured: list[Measured], of: str) -> str:
    return f"{min(getattr(each, of) for each in measured):,.0f} ms"
