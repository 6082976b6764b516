"""What each part costs an event when it is switched on: CPU of the engine and of PostgreSQL, beside one without."""

from typing import Any

from bench.growth import COSTS, MEMBERS, costs, told, whole
from bench.stage import Stage
from bench.table import Table

# Each part: settings of the server, and what is said of the load.
PARTS: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "nothing": ({}, {}),
    "CloudEvents": ({}, {"cloud_events": True}),
    "rate limits": ({"KEY_RATE_LIMIT": "1000000", "KEY_RATE_BURST": "1000000"}, {}),
}
# What an event type may say.
SAID: dict[str, dict[str, Any]] = {
    "a window of an hour": {"settings": {"duplicateWindowSeconds": 3_600}},
    "two fields identify": {"settings": {"duplicateInclude": ["/store", "/receipt"]}},
    "near-duplicates": {"settings": {"nearDuplicatePointer": "/receipt"}},
    "RANDOM_NUMBER": {"enhancers": ["RANDOM_NUMBER"]},
    "POINTS_ENHANCER": {"enhancers": ["POINTS_ENHANCER"]},
}


async def by_parts(stage: Stage, *, seconds: float) -> Table:
    """Measure with nothing switched on, and with one part after the other, each on a server of its own."""
    shop = await stage.shop(MEMBERS)
    await costs(stage, shop, seconds)  # tables that are no longer new
    spent = {}
    for part, (settings, more) in PARTS.items():
        await stage.tidy()
        async with stage.serving(**settings):
            spent[part] = await costs(stage, shop, seconds, **more)
        print(f"  {part} {told(spent[part])}", flush=True)
    for part, said in SAID.items():
        shop = await stage.shop(MEMBERS, said=said)
        async with stage.serving():
            spent[part] = await costs(stage, shop, seconds)
        print(f"  {part} {told(spent[part])}", flush=True)
    rows = [[name, *told(each)] for name, each in spent.items()]
    return Table("With a part switched on", ["Part", *COSTS], rows, whole(spent, "nothing"))
