"""Jobs over the API: progress, cancelling, lists, and what operators see."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import uuid4

import pytest

from punchcard.db.connection import Db
from punchcard.jobs.step import Workplace
from punchcard.jobs.worker import Worker
from tests.jobs.conftest import Enqueue, make_due
from tests.jobs.kinds import KINDS
from tests.shop import Shop

Opened = Callable[[], Awaitable[Shop]]


async def test_progress_is_shown(shop: Shop, db: Db, place: Workplace, enqueue: Enqueue) -> None:
    """A job tells how far it has come after each step, and what came of it."""
    job_id = await enqueue("count_up", tenant=shop.tenant.tenant_id, total=3, rest=0.001)
    seen = []
    for _ in range(4):
        shown = shop.done("GET", f"/v1/jobs/{job_id}")
        seen.append((shown["state"], shown["done"], shown["total"], shown.get("result")))
        await make_due(db, job_id) if shown["state"] != "DONE" else None
        await Worker(place, KINDS).turn()
    assert seen == [
        ("QUEUED", 0, None, None), ("RUNNING", 1, 3, {"counted": 1}), ("RUNNING", 2, 3, {"counted": 2}),
        ("DONE", 3, 3, {"counted": 3}),
    ]  # fmt: skip
    shown = shop.done("GET", f"/v1/jobs/{job_id}")
    assert shown["createdAt"] <= shown["startedAt"] <= shown["endedAt"]
    assert "dueAt" not in shown


async def test_a_failure_says_why(shop: Shop, place: Workplace, enqueue: Enqueue) -> None:
    """A job that cannot be done shows the sentence."""
    job_id = await enqueue("refuse", tenant=shop.tenant.tenant_id)
    await Worker(place, KINDS).turn()
    shown = shop.done("GET", f"/v1/jobs/{job_id}")
    assert (shown["state"], shown["error"]) == ("FAILED", "The file of this job has no rows.")


async def test_cancelling(shop: Shop, place: Workplace, enqueue: Enqueue) -> None:
    """A job is cancelled once and for all; asking again changes nothing, and one that is done cannot be cancelled."""
    tenant = shop.tenant.tenant_id
    done = await enqueue("count_up", tenant=tenant, total=1)
    await Worker(place, KINDS).turn()
    waiting = await enqueue("count_up", tenant=tenant, total=1)
    first = shop.done("POST", f"/v1/jobs/{waiting}/cancel")
    assert first["state"] == "CANCELLED"
    assert shop.done("POST", f"/v1/jobs/{waiting}/cancel") == first
    refused = shop.call("POST", f"/v1/jobs/{done}/cancel")
    assert (refused.status_code, refused.json()["code"]) == (409, "job_ended")
    assert refused.json()["detail"] == "The job has ended already: it is DONE."
    assert shop.call("POST", f"/v1/jobs/{uuid4()}/cancel").status_code == 404


async def test_lists(shop: Shop, open_shop: Opened, place: Workplace, enqueue: Enqueue) -> None:
    """Lists show the tenant's own jobs, the newest first, by kind and state, page by page."""
    other = await open_shop()
    await enqueue("count_up", tenant=other.tenant.tenant_id, total=1)
    ids = [str(await enqueue("count_up", tenant=shop.tenant.tenant_id, total=1)) for _ in range(3)]
    await Worker(place, KINDS).turn()
    await Worker(place, KINDS).turn()
    refused = str(await enqueue("refuse", tenant=shop.tenant.tenant_id))

    def listed(query: str) -> list[str]:
        return [one["id"] for one in shop.done("GET", f"/v1/jobs/?{query}")]

    # A shop that is there when its zone's night begins has jobs of the clock's.
    assert [one for one in listed("") if one in {refused, *ids}] == [refused, *reversed(ids)]
    assert listed("kind=count_up") == [*reversed(ids)]
    assert listed("kind=refuse") == [refused]
    assert listed("state=DONE") == [ids[0]]
    assert listed("state=QUEUED&kind=count_up&limit=1") == [ids[2]]
    assert listed("order=ASC&limit=1") == [ids[0]]


async def test_operators_see_the_queue(shop: Shop, place: Workplace, enqueue: Enqueue) -> None:
    """The metrics count what waits, what is under way, and what has failed."""
    await enqueue("refuse")
    await Worker(place, KINDS).turn()
    for _ in range(2):
        await enqueue("count_up", total=1)
    expected = {
        'punchcard_jobs{state="QUEUED"}': 2, 'punchcard_jobs{state="RUNNING"}': 0,
        'punchcard_jobs{state="FAILED"}': 1,
    }  # fmt: skip
    # Each minute the server has jobs of its own, and does them at once.
    async with asyncio.timeout(60):
        while counted(shop) != expected:  # noqa: ASYNC110 - the server does them
            await asyncio.sleep(0.1)


def counted(shop: Shop) -> dict[str, float]:
    """Return what the metrics tell of jobs."""
    told = dict(line.rsplit(" ", 1) for line in shop.http.get("/metrics").text.splitlines() if "punchcard_jobs" in line)
    return {name: float(value) for name, value in told.items() if not name.startswith("#")}


@pytest.mark.parametrize("kind", ["UPPER", "", "a b", "x" * 64])
async def test_a_kind_is_a_name(db: Db, place: Workplace, enqueue: Enqueue, kind: str) -> None:
    """The schema refuses what is no name of a kind."""
    del place, db
    with pytest.raises(Exception, match="jobs_kind_check"):
        await enqueue(kind)
