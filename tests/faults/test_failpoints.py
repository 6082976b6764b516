"""Every failpoint, and all that can happen there, one after the other under load (R03)."""

from pathlib import Path

import pytest

from tests.sizes import rounds

from .conftest import Engine, loaded
from .failpoints import PLACES, REACHED, VARIABLE, actions
from .load import until

pytestmark = [pytest.mark.crash, pytest.mark.figure(name="R03")]

APART = 2  # times that the place is passed between two things that happen there
AFTERWARDS = 20


@pytest.mark.parametrize("name", PLACES)
async def test_whatever_happens_there(name: str, branch: Engine, tmp_path: Path) -> None:
    """R03, F01 to F05: it stands still, collides, loses its connection and is killed there; 0 lost, 0 doubled."""
    for number in rounds("R03 failpoints x rounds", of=len(PLACES)):
        folder = tmp_path / str(number)
        folder.mkdir()
        reached = folder / "reached"
        wanted = [action for action in ("stall", "raise", "drop", "kill") if action in actions(name)]
        told = ",".join(f"{name}:{action}:{(place + 1) * APART + number}" for place, action in enumerate(wanted))
        await branch.start(**{VARIABLE: told, REACHED: str(reached)})
        async with loaded(branch, folder, users=4) as (shop, load):
            await until(lambda: branch.process.poll() is not None)
            await branch.start()
            await load.more(AFTERWARDS)
            await load.stop()
            title = f"{name}: {', '.join(wanted)}"
            findings = await load.crowd.verdict(branch.url(), shop.tenant.tenant_id, title)
        assert reached.read_text().splitlines() == [f"{name}:{action}" for action in wanted]
        assert findings.counts["webhooks that wait"]
        branch.stop()
