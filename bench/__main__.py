"""./dev bench [--quick] [--only SECTION ...] [--rounds N] [--save | --check]: measures, and prints tables.

Every figure is a ratio between contenders of this run, or CPU and bytes an event; how many events a second a machine
does is no figure. A whole run, or any with --save, writes what it found to figures.json, README.md and chart.svg; with
--check it is compared with what is committed there, and each ratio more than 15 % worse is told, with status 1.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from bench import chart, kept, stage
from bench.sections import SECTIONS, WHEN_NAMED
from bench.table import Size, Table, machine

README, CHART = Path(__file__).with_name("README.md"), Path(__file__).with_name("chart.svg")
BEGIN, END = "<!-- figures -->\n", "<!-- end -->\n"


async def measure(sections: list[str], size: Size) -> dict[str, Table]:
    """Run the sections on one new database, and return their tables."""
    tables = {}
    with tempfile.TemporaryDirectory(prefix="punchcard-bench-") as folder:
        async with stage.running(Path(folder) / "data") as running:
            running.patience_seconds = size.patience_seconds
            for section in sections:
                started = time.monotonic()
                print(f"{section} …", flush=True)
                tables[section] = await SECTIONS[section](running, size)
                print(f"\n{tables[section].text()}\n({time.monotonic() - started:.0f} s)\n", flush=True)
    return tables


def save(tables: dict[str, Table], size: Size) -> None:
    """Keep what was found beside what is kept of other sections, and write report and chart anew."""
    where = machine(size)
    sections = kept.read() | {name: kept.Section(where, table) for name, table in tables.items()}
    ordered = {name: sections[name] for name in SECTIONS if name in sections}
    kept.write(ordered)
    CHART.write_text(chart.chart(ordered), "utf-8")
    before, _, rest = README.read_text("utf-8").partition(BEGIN)
    figures = "\n".join(f"{section.table.text()}\n{section.machine}" for section in ordered.values())
    README.write_text(before + BEGIN + figures + "\n" + END + rest.partition(END)[2], "utf-8")


def check(tables: dict[str, Table]) -> int:
    """Compare with what is committed; print a line for each ratio that is worse, and return the status."""
    committed = kept.read()
    for section in tables:
        if section not in committed:
            print(f"{section}: nothing is committed to compare with", file=sys.stderr)
    told = kept.worse(committed, tables)
    for line in told:
        print(line, file=sys.stderr)
    compared = sum(len(committed[name].table.figures) for name in tables if name in committed)
    print(f"bench: {compared - len(told)} of {compared} ratios are as good as those committed")
    return int(bool(told))


def main() -> int:
    """Read the arguments, measure, write or compare."""
    parser = argparse.ArgumentParser(prog="./dev bench", description="Speed, as ratios inside one run.")
    parser.add_argument("--quick", action="store_true", help="about a minute a section, and small")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--rounds", type=int, default=0, help="rounds of contenders in turn (9; quick: 1)")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--save", action="store_true", help="write what was found, which a whole run does anyway")
    what.add_argument("--check", action="store_true", help="compare with what is committed instead")
    asked = parser.parse_args()
    size = Size(quick=asked.quick, rounds=asked.rounds or (1 if asked.quick else 9))
    tables = asyncio.run(measure(asked.only or [name for name in SECTIONS if name not in WHEN_NAMED], size))
    if asked.check:
        return check(tables)
    if asked.save or not (asked.quick or asked.only):
        save(tables, size)
    return 0


sys.exit(main())
