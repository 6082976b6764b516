"""`python -m tests.mutants [--count N] [--seed S] [--log FILE]`: try mutants, and write a line of JSON for each."""

import argparse
import json
from pathlib import Path

from tests.mutants.campaign import campaign, drawn


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=(__doc__ or "").partition(": ")[2])
    parser.add_argument("--count", type=int, default=1_000_000, help="so many at most (all)")
    parser.add_argument("--seed", type=int, default=20_260_301, help="of their order")
    parser.add_argument("--log", type=Path, default=Path("mutants.jsonl"), help="what is known, and where more goes")
    parser.add_argument("--trace", type=Path, help="a file that keeps which tests run which lines")
    parser.add_argument("--again", action="store_true", help="try those again that survived, after new tests")
    parser.add_argument("--in", dest="place", default="", help="only those of files with this in their path")
    parser.add_argument("--kernel-alone", action="store_true", help="show them to no tests through the API")
    parser.add_argument("--looking", type=float, default=60, help="begin tests of the kernel for so many seconds")
    parser.add_argument("--broods", type=int, default=1, help="so many at a time")
    return parser.parse_args()


def main() -> None:
    """Try mutants in the order that chance gives, those in the log already left out."""
    asked = arguments()
    known = [json.loads(line) for line in asked.log.read_text().splitlines()] if asked.log.exists() else []
    survived = {each["name"]: each["survived"] for each in known}
    # Without --again those that nothing is known of; with it those that are known to survive.
    chosen = [
        mutant
        for mutant in drawn(asked.seed)[: asked.count]
        if asked.place in mutant.path and survived.get(mutant.name) is (True if asked.again else None)
    ]
    further = not asked.kernel_alone
    with (
        campaign(asked.trace, broods=asked.broods, looking=asked.looking, goes_further=further) as tried,
        asked.log.open("a") as log,
    ):
        for mutant, survives in tried.all_of(chosen):
            survived[mutant.name] = survives
            line = {"name": mutant.name, "line": mutant.line, "what": mutant.what, "survived": survives}
            log.write(json.dumps(line) + "\n")
            log.flush()
    print(f"mutants: {len(survived) - sum(survived.values())} of {len(survived)} seen")  # noqa: T201 - the figure


main()
