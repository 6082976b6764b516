"""R18: an erased person is nowhere any more, and the books are as they were; what is known can be had before."""

import subprocess
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from punchcard.db import binaries
from punchcard.db.connection import Db
from punchcard.db.embedded import Urls
from punchcard.points import integrity
from tests.shop import Shop
from tests.sizes import rounds

CANARY = "canary-7e0b1c"
pytestmark = pytest.mark.figure(name="R18")


def word(number: int) -> str:
    """Return a text that stands nowhere else."""
    return f"{CANARY}-{number}"


def personal(kind: Any) -> dict[str, Any]:
    """Return a body with a canary in every personal field."""
    profile = {
        "givenName": word(1), "familyName": word(2), "emailAddress": f"{word(3)}@example.org", "city": word(4),
        "postcode": word(5), "pictureUrl": f"https://example.org/{word(6)}", "streetAddress": word(7),
        "telephoneNumber": word(8), "region": word(9), "attributes": {word(10): [word(11)]},
        "attributionData": {"campaign": word(12)},
    }  # fmt: skip
    return {
        "profile": profile, "authIdentifier": word(13), "externalIdentifier": word(14), "flags": {"note": word(15)},
        "consentsDefinition": [{"type": {"id": kind["id"]}, "checked": True}],
        "userToken": word(16),
        "referralActivity": {"source": "OTHER", "sourceUserId": word(17), "activityType": "CLICK"},
    }  # fmt: skip


def lived(shop: Shop) -> Any:
    """Let a person with canaries in every field and header register, earn, be refused, wait, and call."""
    shop.cafe("somebody-else")
    shop.done("PATCH", "/v1/tenant/", {"configuration": {"allowDuplicateEmailAddress": False}})
    kind = shop.done("POST", "/v1/consent_types/", {"name": "News", "required": False})
    key = {"Idempotency-Key": word(18), "User-Agent": word(19), "X-Forwarded-For": word(20), "Referer": word(21)}
    user = shop.done("POST", "/v1/users/", personal(kind), headers=key)
    shop.done("PATCH", f"/v1/users/{user['id']}", {"profile": {"city": word(22)}})
    shop.report(user, 42)
    shop.report(user, 42)
    batch = [
        {"type": "PURCHASED_COFFEE", "subject": word(13), "payload": {"total": 1}},
        {"type": "PURCHASED_COFFEE", "subject": "somebody-else", "payload": {"total": 5}},
    ]
    shop.call("POST", "/v1/events/batch", batch, headers={"Idempotency-Key": "a till's"})
    late = {"name": "LEFT_SHOP", "description": "A type", "isPrivate": True, "schema": {"required": ["number"]}}
    shop.done("POST", "/v1/event_types/", late | {"settings": {"onInvalid": "quarantine"}})
    waiting = {"type": "LEFT_SHOP", "subject": word(13), "payload": {"email": word(23)}, "executor": word(24)}
    assert shop.call("POST", "/v1/events", waiting).status_code == 202
    shop.event_type("VISITED_SHOP", private=False, schema=None)
    visit = {"type": "VISITED_SHOP", "payload": {}}
    shop.done("POST", "/v1/events", visit, bearer=shop.user_token(user), headers={"Idempotency-Key": word(25)})
    shop.http.get("/v1/users/", params={"search": word(2)}, headers=shop.headers())
    return user


def finished(shop: Shop, job_id: str) -> Any:
    """Wait for a job's end."""
    while True:
        job = shop.done("GET", f"/v1/jobs/{job_id}")
        if job["state"] not in ("QUEUED", "RUNNING"):
            return job
        time.sleep(0.05)


def dumped(urls: Urls) -> bytes:
    """Return what pg_dump makes of the database."""
    program = binaries.find(None).program("pg_dump")
    return subprocess.run([program, "--inserts", urls.owner], check=True, capture_output=True).stdout


async def test_nothing_of_an_erased_person_is_left(
    open_shop: Callable[[], Awaitable[Shop]], db: Db, urls: Urls, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """R18: no canary byte in a dump or a log; balances, counts and the books are as they were."""
    for _ in rounds("R18 members"):
        await require_gone(await open_shop(), db, urls, tmp_path_factory.getbasetemp())


async def require_gone(shop: Shop, db: Db, urls: Urls, logs: Path) -> None:
    """Let somebody live and be erased, and require that nothing is left of it but the books."""
    user = lived(shop)
    assert dumped(urls).count(CANARY.encode()) > 15
    before = (
        shop.done("GET", f"/v1/users/{user['id']}/wallet"),
        len(shop.done("GET", f"/v1/events/?subject={user['id']}")),
    )

    erased = shop.done("POST", f"/v1/users/{user['id']}/erase")

    assert erased["user"]["profile"] == {}
    assert (erased["user"]["status"], "erasedAt" in erased["user"]) == ("CLOSED", True)
    assert finished(shop, erased["jobId"])["state"] == "DONE"
    left = [line[:300] for line in dumped(urls).splitlines() if CANARY.encode() in line]
    assert left == []
    for log in logs.rglob("*log*"):  # noqa: ASYNC240 - short
        assert not log.is_file() or CANARY.encode() not in log.read_bytes(), log
    after = (
        shop.done("GET", f"/v1/users/{user['id']}/wallet"),
        len(shop.done("GET", f"/v1/events/?subject={user['id']}")),
    )
    assert after == (before[0], before[1] + 1)  # CLOSED_ACCOUNT
    assert (await integrity.check_slice(db, shop.tenant.tenant_id, UUID(int=0))).differences == []
    again = shop.done("POST", f"/v1/users/{user['id']}/erase")
    assert again["user"]["erasedAt"] == erased["user"]["erasedAt"]


async def test_the_names_of_an_erased_person_can_be_taken_again(shop: Shop) -> None:
    """Whoever comes back is somebody new, with the same e-mail address and login."""
    user = lived(shop)
    finished(shop, shop.done("POST", f"/v1/users/{user['id']}/erase")["jobId"])

    kind = shop.done("GET", "/v1/consent_types/")[0]
    newcomer = shop.done("POST", "/v1/users/", personal(kind), headers={"Idempotency-Key": word(18)})

    assert newcomer["id"] != user["id"]
    assert shop.call("PATCH", f"/v1/users/{user['id']}", {"profile": {"city": "X"}}).status_code == 409
    finished(shop, shop.done("POST", f"/v1/users/{newcomer['id']}/erase")["jobId"])


def test_what_a_batch_answered_stays_for_the_others(shop: Shop) -> None:
    """The batch's key still gives the first answer, without what it said of the person who was erased."""
    user = lived(shop)
    batch = [
        {"type": "PURCHASED_COFFEE", "subject": word(13), "payload": {"total": 1}},
        {"type": "PURCHASED_COFFEE", "subject": "somebody-else", "payload": {"total": 5}},
    ]
    finished(shop, shop.done("POST", f"/v1/users/{user['id']}/erase")["jobId"])

    answer = shop.call("POST", "/v1/events/batch", batch, headers={"Idempotency-Key": "a till's"})

    assert answer.headers["Idempotency-Replayed"] == "true"
    first, second = answer.json()["data"]
    assert "payload" not in first["event"]
    assert (first["event"]["points"], second["event"]["payload"]) == (1, {"total": 5})


def test_all_that_is_known_of_a_person_comes_as_one_document(shop: Shop) -> None:
    """The export has every canary of the person, events and points; members get their own, and nobody else's."""
    user = lived(shop)
    other = shop.user()

    answer = shop.call("GET", f"/v1/users/{user['id']}/export", bearer=shop.user_token(user))

    document = answer.json()
    missing = [number for number in range(1, 16) if word(number) not in answer.text and number != 4]
    assert (answer.status_code, missing) == (200, [])
    assert [entry["points"] for entry in document["ledgerEntries"]] == [42, 1]
    assert {key["key"] for key in document["userKeys"]} >= {word(13), user["id"]}
    assert document["quarantine"][0]["payload"] == {"email": word(23)}
    assert len(document["events"]) == len(shop.done("GET", f"/v1/events/?subject={user['id']}"))
    assert shop.call("GET", f"/v1/users/{user['id']}/export", bearer=shop.user_token(other)).status_code == 404
    finished(shop, shop.done("POST", f"/v1/users/{user['id']}/erase")["jobId"])


def test_an_account_that_was_made_one_is_erased_with_the_survivor(shop: Shop) -> None:
    """Erasing by either id erases the person, whose accounts were made one before."""
    user, other = lived(shop), shop.user()
    shop.done("POST", f"/v1/users/{other['id']}/merge", {"from": user["id"]})

    erased = shop.done("POST", f"/v1/users/{user['id']}/erase")

    assert erased["user"]["id"] == other["id"]
    finished(shop, erased["jobId"])
    assert CANARY not in shop.call("GET", f"/v1/users/{other['id']}/export").text
