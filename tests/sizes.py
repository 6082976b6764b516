"""How much of a figure is tried: on each change (tier P), or before a release, by `./dev prove` (tier R).

The rows are those of the figures R01 to R20. A test reads its sizes here and nowhere else, and is the same code in both
tiers. `PUNCHCARD_TIER=R` chooses the second column; `PUNCHCARD_TIER_SHARE` (0 to 1) takes that share of the way from P
to R, which is how `./dev prove --minutes` fits a figure into its time.
"""

import os
from typing import Final

TIER: Final = os.environ.get("PUNCHCARD_TIER", "P")
SHARE: Final = float(os.environ.get("PUNCHCARD_TIER_SHARE", "1"))
SEED: Final = int(os.environ.get("PUNCHCARD_SEED", "20260301"))


def sized(on_change: int, on_release: int) -> int:
    """Return how many: the first on each change, the second before a release, or between them for a share of it."""
    return on_change if TIER == "P" else on_change + round((on_release - on_change) * SHARE)


REQUESTS_FUZZED = sized(5_000, 200_000)  # R08
