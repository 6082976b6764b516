"""./dev bench [--quick] [--only SECTION ...] [--rounds N]: measures, and writes the table of bench/README.md.

Sections: contenders, engine, events, reactors, rules, users, parts, backtest, purchases, expiry, members,
audience. Every figure is a ratio between contenders of this run, or CPU an event; how many events a second a machine
does is no figure. With --quick or --only, README.md is left as it is.
"""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from bench import audience, backtest, contenders, expiry, growth, members, parts, purchases, rules, stage
from bench.engine_cpu import engine_microseconds
from bench.table import Table, machine

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- figures -->\n", "<!-- end -->\n"
SECTIONS = (
    "contenders", "engine", "events", "reactors", "rules", "users", "parts", "backtest", "purchases", "expiry",
    "members", "audience",
)  # fmt: skip


async def measure(sections: list[str], *, quick: bool, rounds: int) -> list[Table]:  # noqa: C901, PLR0912 - a line a section
    """Run the sections on one new database, and return their tables."""
    tables = []
    with tempfile.TemporaryDirectory(prefix="punchcard-bench-") as folder:
        async with stage.running(Path(folder) / "data") as running:
            for section in sections:
                started = time.monotonic()
                print(f"{section} …", flush=True)
                match section:
                    case "contenders":
                        tables.append(await contenders.compare(running, seconds=2, rounds=rounds))
                    case "engine":
                        found = await asyncio.to_thread(engine_microseconds)
                        tables.append(contenders.engine_table(found))
                    case "events":
                        tables.append(await growth.by_events(running, most=20_000 if quick else 1_000_000))
                    case "reactors":
                        tables.append(await growth.by_reactors(running, seconds=1 if quick else 4))
                    case "rules":
                        tables.append(await rules.by_rules(running, seconds=2, rounds=rounds))
                    case "users":
                        tables.append(await growth.by_users(running, seconds=1 if quick else 4))
                    case "parts":
                        tables.append(await parts.by_parts(running, seconds=1 if quick else 4))
                    case "backtest":
                        tables.append(await backtest.by_backtest(running, events=100_000))
                    case "purchases":
                        tables.append(await purchases.by_purchases(running, seconds=2, rounds=rounds))
                    case "members":
                        many = (20_000, 2_000) if quick else (1_000_000, 200_000)
                        tables.append(await members.by_members(running, codes=many[0], users=many[1]))
                    case "audience":
                        tables.append(await audience.by_audience(running, members=20_000 if quick else 1_000_000))
                    case "expiry":
                        tables.append(await expiry.by_expiry(running, lots=100_000 if quick else 1_000_000))
                print(f"\n{tables[-1].text()}\n({time.monotonic() - started:.0f} s)\n", flush=True)
    return tables


def main() -> None:
    """Read the arguments, measure, write."""
    parser = argparse.ArgumentParser(prog="./dev bench", description="Speed, as ratios inside one run.")
    parser.add_argument("--quick", action="store_true", help="a minute or two instead of a quarter of an hour")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=list(SECTIONS), metavar="SECTION")
    parser.add_argument("--rounds", type=int, default=0, help="rounds of contenders in turn (9; quick: 1)")
    asked = parser.parse_args()
    rounds = asked.rounds or (1 if asked.quick else 9)
    tables = asyncio.run(measure(asked.only, quick=asked.quick, rounds=rounds))
    if not asked.quick and asked.only == list(SECTIONS):
        before, _, rest = README.read_text("utf-8").partition(BEGIN)
        figures = "\n".join([machine(rounds), *(table.text() for table in tables)])
        README.write_text(before + BEGIN + figures + "\n" + END + rest.partition(END)[2], "utf-8")


main()
