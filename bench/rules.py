"""Throughput with ever more live reactors of one event type, whose constraints mostly do not hold.

One reactor gives points for every event. The others are for other stores, products and totals, written as expressions,
rows and JSON Schemas in turn; a few of them hold. Each number of reactors takes its turn in each round.
"""

from typing import Any

from bench.growth import MEMBERS
from bench.load import Measured
from bench.stage import Stage, send
from bench.table import Table, cells, ratio

NUMBERS = (1, 10, 100, 1_000)
NEEDED = {1: "", 10: "", 100: "≥ 0.5", 1_000: "≥ 0.1"}
MATCHING_EVERY = 50


def constraint(number: int) -> Any:
    """Return a constraint: for another store, as a schema for another currency, as rows for a very large purchase."""
    if number % MATCHING_EVERY == 0:
        return f"payload.total >= {90 + number % 10} && size(payload.items) > 1"
    match number % 4:
        case 0:
            return f'payload.total >= 20 && payload.store == "Store {number}"'
        case 1:
            return {"properties": {"currency": {"const": f"C{number}"}}, "required": ["currency"]}
        case 2:
            return {"all": [{"fact": "payload.total", "operator": ">", "value": 100 + number}]}
    return f'payload.items.exists(item, item.sku == "C-{number}") && event.weekday == "SUNDAY" && event.hour == 25'


async def by_rules(stage: Stage, *, seconds: float, rounds: int) -> Table:
    """Measure throughput, each number of reactors beside one."""
    shops = {}
    for number in NUMBERS:
        constraints = [constraint(one) for one in range(1, number)]
        shops[number] = await stage.shop(MEMBERS, constraints=constraints)
    found: dict[int, list[Measured]] = {number: [] for number in NUMBERS}
    cpu: dict[int, list[float]] = {number: [] for number in NUMBERS}
    for _ in range(rounds):
        for number, shop in shops.items():
            await stage.quiet()
            before = stage.cpu_seconds()[0]
            measured = await send(stage.load(shop, seconds=seconds))
            found[number].append(measured)
            cpu[number].append(1e6 * (stage.cpu_seconds()[0] - before) / (measured.rate * (seconds + 1)))
            print(f"  {number:5} {measured.rate:7.0f}/s  engine {cpu[number][-1]:5.0f} µs an event", flush=True)
    rates = {number: [each.rate for each in measured] for number, measured in found.items()}
    figures = {number: ratio(rates[number], rates[1]) for number in NUMBERS}
    rows = [
        [f"{number:,}", *cells(figures[number]), f"{min(cpu[number]):.0f} µs", NEEDED[number]] for number in NUMBERS
    ]
    columns = ["Reactors", "best rounds, to one", "rounds", "engine's CPU", "Needed"]
    title = "With the reactors of an event type, whose constraints mostly do not hold"
    return Table(title, columns, rows, {f"{number:,} reactors, to one": figures[number] for number in NUMBERS[1:]})
