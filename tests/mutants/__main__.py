"""`python -m tests.mutants [--count N] [--seed S] [--log FILE]`: try mutants, and write a line of JSON for each."""

import argparse
import json
import math
import time
from pathlib import Path

from tests.mutants.campaign import campaign, drawn
from tests.mutants.equal import equal, judgements
from tests.mutants.mutation import Mutant
from tests.mutants.score import KERNEL_SHARE, Score, within


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
    parser.add_argument("--seconds", type=float, default=math.inf, help="for both stages; survivors get what is left")
    parser.add_argument("--looking", type=float, default=60, help="begin tests of the kernel for so many seconds")
    parser.add_argument("--broods", type=int, default=1, help="so many at a time")
    return parser.parse_args()


def known(log: Path) -> dict[str, dict[str, bool]]:
    """Read what is known: by stage and name, whether a mutant survived."""
    stages: dict[str, dict[str, bool]] = {"kernel": {}, "further": {}}
    for line in log.read_text().splitlines() if log.exists() else ():
        told = json.loads(line)
        stages[told["stage"]][told["name"]] = told["survived"]
    return stages


def main() -> None:
    """Try mutants in the order that chance gives, those in the log already left out."""
    asked, left_out = arguments(), equal(judgements())
    sample = [mutant for mutant in drawn(asked.seed)[: asked.count] if asked.place in mutant.path]
    chosen = [mutant for mutant in sample if mutant.name not in left_out]
    stages = known(asked.log)
    if asked.again:
        stages = {stage: {name: False for name, is_left in own.items() if not is_left} for stage, own in stages.items()}

    def tell(stage: str, mutant: Mutant, survives: bool) -> None:  # noqa: FBT001 - as a score tells it
        told = {"name": mutant.name, "line": mutant.line, "what": mutant.what, "stage": stage, "survived": survives}
        with asked.log.open("a") as log:
            log.write(json.dumps(told) + "\n")

    score = Score(tell)
    for mutant in chosen:
        for stage, names in stages.items():
            if mutant.name in names:
                score.know(stage, mutant, names[mutant.name])
    waiting = [mutant for mutant in chosen if mutant.name not in stages["kernel"]]
    with campaign(asked.trace, broods=asked.broods, looking=asked.looking) as running:
        ending = time.monotonic() + asked.seconds
        score.try_kernel(running, within(waiting, asked.seconds * KERNEL_SHARE))
        if not asked.kernel_alone:
            score.try_further(running, ending - time.monotonic())
    for line in score.lines({mutant: left_out[mutant.name] for mutant in sample if mutant.name in left_out}):
        print(line)  # noqa: T201 - the figure


main()
