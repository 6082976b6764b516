"""Read by every Python that has this folder on its path: plants the bug that SEEDED names, or the mutant."""

import os
import sys
from pathlib import Path

if os.environ.get("SEEDED") or os.environ.get("MUTANT"):
    sys.path.append(str(Path(__file__).parents[3]))

if os.environ.get("MUTANT"):
    from tests.mutants.mutation import put_in

    put_in(os.environ["MUTANT"])
if os.environ.get("SEEDED"):
    from tests.seeded.planting import plant

    plant(os.environ["SEEDED"])
