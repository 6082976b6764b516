"""Everything at once that can happen, in an order that a seed chooses: nothing is lost, nothing doubled (N01)."""

from collections.abc import Callable
from pathlib import Path

import pytest

from punchcard.db import embedded
from punchcard.db.embedded import Urls
from tests.sizes import SEED, rounds

from .clock import of_postgres
from .conftest import Engine, loaded
from .nemesis import Nemesis, small_disk
from .proxy import Proxy

pytestmark = [pytest.mark.crash, pytest.mark.figure(name="N01")]

BETWEEN = 30
DISK_MEGABYTES = 1_000


async def test_whatever_happens_in_whatever_order(tmp_path: Path, cast: Callable[[Path], None]) -> None:
    """N01: kills, slow, failing and full disks, cut connections, restarts, clocks: nothing is lost or doubled."""
    with small_disk(tmp_path / "disk", DISK_MEGABYTES) as is_small, of_postgres() as clock:
        data = tmp_path / "disk" / "below" / "data"
        cast(data)
        async with embedded.running(data, purpose="serve") as urls:
            with Proxy(urls.app).running() as proxy:
                engine = Engine(data, Urls(proxy.url, urls.owner))
                nemesis = Nemesis(engine, proxy, SEED, tmp_path / "disk" if is_small else None, clock)
                try:
                    await engine.start()
                    await struck(engine, nemesis, tmp_path)
                finally:
                    engine.stop()


async def struck(engine: Engine, nemesis: Nemesis, tmp_path: Path) -> None:
    """Let the nemesis strike under load, and the oracle judge."""
    async with loaded(engine, tmp_path) as (shop, load):
        await load.more(BETWEEN)
        for _ in rounds("N01 faults"):
            await nemesis.strike()
            await load.more(BETWEEN)
        await load.stop()
        told = ", ".join(f"{kind} {times}" for kind, times in sorted(nemesis.done.items()))
        await load.crowd.verdict(engine.url(), shop.tenant.tenant_id, f"nemesis of seed {SEED} ({told})")
