"""What each part costs an event when it is switched on: CPU of the engine and of PostgreSQL, beside one without."""

from bench.growth import COSTS, MEMBERS, costs
from bench.stage import Stage
from bench.table import Table

NO_LIMIT_IN_SIGHT = {"KEY_RATE_LIMIT": "1000000", "KEY_RATE_BURST": "1000000"}


async def by_parts(stage: Stage, *, seconds: float) -> Table:
    """Measure with nothing switched on, and then with one part after the other."""
    shop = await stage.shop(MEMBERS)
    rows = [["nothing", *await costs(stage, shop, seconds)]]
    rows.append(["CloudEvents", *await costs(stage, shop, seconds, cloud_events=True)])
    async with stage.serving(**NO_LIMIT_IN_SIGHT):
        rows.append(["rate limits", *await costs(stage, shop, seconds)])
    return Table("With a part switched on", ["Part", *COSTS], rows)
