"""Read by every Python that has this folder on its path: plants the bug that SEEDED names."""

import os
import sys
from pathlib import Path

if os.environ.get("SEEDED"):
    sys.path.append(str(Path(__file__).parents[3]))
    from tests.seeded.planting import plant

    plant(os.environ["SEEDED"])
