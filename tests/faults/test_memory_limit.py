"""The machine has no memory left for the engine, which is asked to hold more at once than there is (F35)."""

import asyncio
import contextlib
import resource
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.oracle.client import Broken, Client
from tests.oracle.crowd import Crowd, event
from tests.sizes import TIER

from .conftest import CLIENTS, Engine, furnished, shop_of

pytestmark = [
    pytest.mark.crash,
    pytest.mark.figure(name="N02"),
    pytest.mark.skipif(TIER == "P", reason="./dev prove has the time for it"),
]

MEMBERS, EVENTS, TEXT = 4, 80, 50_000
LEFT_BYTES = 30_000_000
"""Less than the half of what all bodies come to."""
MARK = "what-members-buy"


def batch(members: list[str], number: int) -> list[dict[str, Any]]:
    """Return a batch of 4 MB."""
    items = [MARK + "x" * TEXT]
    return [
        {
            "type": "PURCHASED_COFFEE", "subject": members[place % MEMBERS],
            "payload": {"total": 1, "n": [number, place], "items": items},
        }
        for place in range(EVENTS)
    ]  # fmt: skip


async def test_no_memory_is_left(branch: Engine, tmp_path: Path) -> None:
    """F35: what there is no memory for is refused by 503 or ends the server; 0 lost, 0 doubled, and all goes on."""
    await branch.start()
    async with (
        shop_of(branch.address, branch.url()) as shop,
        Crowd([branch.address], shop.headers(), tmp_path / "journal", CLIENTS) as crowd,
    ):
        members, _ = furnished(shop, MEMBERS)
        await crowd.reporters[0].batch(batch(members, 0)[:MEMBERS])
        process = psutil.Process(branch.process.pid)
        limits = (process.memory_info().vms + LEFT_BYTES, resource.RLIM_INFINITY)
        resource.prlimit(process.pid, resource.RLIMIT_AS, limits)
        asked = [reporter.batch(batch(members, number)) for number, reporter in enumerate(crowd.reporters, 1)]
        answers = await asyncio.gather(*asked)
        assert {answer.status for answer in answers if answer is not None} <= {200, 400, 503}
        assert any(answer is None or answer.status != 200 for answer in answers), "there was enough"
        assert MARK not in (branch.data.parent / "log").read_text()
        await relieved(branch)
        for reporter in crowd.reporters:
            reporter.client.close()  # the server may be about to
        for reporter, number in zip(crowd.reporters, (1, 2), strict=False):
            again = await reporter.batch(batch(members, number))
            assert again is not None
            assert {verdict["status"] for verdict in again.data} <= {200, 409}
        small = [{"type": "PURCHASED_COFFEE", "subject": each, "payload": {"total": 2}} for each in members]
        assert {answer.status for answer in await crowd.at_once([*map(event, small)])} == {200}
        told = [None if answer is None else answer.status for answer in answers]
        findings = await crowd.verdict(branch.url(), shop.tenant.tenant_id, f"no memory: {told}")
    assert findings.counts["events recorded"] >= 2 * EVENTS + 2 * MEMBERS


async def relieved(engine: Engine) -> None:
    """Let a server have memory again, and wait until it answers; start another if it has not survived."""
    limits = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    with contextlib.suppress(ProcessLookupError):
        resource.prlimit(engine.process.pid, resource.RLIMIT_AS, limits)
    while engine.process.poll() is None:
        with contextlib.suppress(Broken):
            async with Client(engine.address, {}) as client:
                assert (await client.call("GET", "/livez")).status == 200
                return
        await asyncio.sleep(0.05)
    await engine.start()
