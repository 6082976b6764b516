"""Wallets: the balance and what changed it."""

from punchcard.db.connection import Db
from tests.shop import Shop, fixed


def test_each_entry_names_what_caused_it(shop: Shop) -> None:
    """An entry has its event, its event type, when it occurred, and the reactor's version and name as they were."""
    user = shop.cafe()
    event = shop.report(user, 7, occurredAt="2026-01-02T03:04:05Z").json()["data"]

    (entry,) = shop.done("GET", f"/v1/users/{user['id']}/wallet")["entries"]

    assert (entry["points"], entry["balanceAfter"], entry["number"]) == (7, 7, 1)
    assert (entry["eventId"], entry["eventType"]) == (event["id"], "PURCHASED_COFFEE")
    assert (entry["occurredAt"], entry["recordedAt"]) == ("2026-01-02T03:04:05.000Z", event["reportedAt"])
    assert (entry["reactor"]["name"], entry["reactor"]["version"]) == ("A reactor of a test", 1)


def test_entries_come_in_pages_without_a_gap(shop: Shop) -> None:
    """The newest first, and nextBefore goes on until the first entry."""
    user = shop.cafe()
    for total in range(1, 8):
        shop.report(user, total)

    numbers, before = [], ""
    while True:
        wallet = shop.done("GET", f"/v1/users/{user['id']}/wallet?limit=3{before}")
        numbers += [entry["number"] for entry in wallet["entries"]]
        if "nextBefore" not in wallet:
            break
        before = f"&before={wallet['nextBefore']}"

    assert numbers == [7, 6, 5, 4, 3, 2, 1]


def test_a_reaction_of_nothing_posts_nothing(shop: Shop) -> None:
    """No points, no entry; the verdict says that the reactor fired all the same."""
    user = shop.cafe()

    event = shop.report(user, 0.99).json()["data"]

    assert shop.done("GET", f"/v1/users/{user['id']}/wallet")["entries"] == []
    assert shop.done("GET", f"/v1/events/{event['id']}/reactions")["verdicts"][0]["fired"]


def test_points_taken_away_are_spent_and_never_more_than_there_are(shop: Shop) -> None:
    """A counter-event takes back what was given; where the balance does not cover it, it takes nothing."""
    shop.event_type(schema=None)
    shop.reactor(fixed(10), constraint={"properties": {"kind": {"const": "buy"}}})
    shop.reactor(fixed(-10), constraint={"properties": {"kind": {"const": "return"}}})
    user = shop.user()

    def report(kind: str, number: int) -> int:
        return int(shop.report(user, payload={"kind": kind, "number": number}).json()["data"]["points"])

    assert [report("buy", 1), report("return", 2), report("return", 3)] == [10, -10, 0]
    wallet = shop.done("GET", f"/v1/users/{user['id']}/wallet")
    assert (wallet["balance"], wallet["earned"], wallet["spent"]) == (0, 10, 10)


async def test_the_books_of_a_tenant_agree(shop: Shop, db: Db) -> None:
    """Balance, earned and spent are the sums of the entries, and each event tells its own."""
    user = shop.cafe()
    shop.reactor(fixed(25), constraint={"properties": {"total": {"minimum": 5}}}, maxActivations=2)
    for total in range(10):
        shop.report(user, total)

    row = await db.fetchrow(
        """
        select wallet.balance, wallet.earned - wallet.spent as net, wallet.entries,
               sum(entry.points) as posted, count(*) as counted, max(entry.balance_after) as last,
               (select sum(points) from events where tenant_id = wallet.tenant_id) as told
        from wallets as wallet join ledger_entries as entry using (tenant_id, user_id)
        where wallet.tenant_id = $1 group by wallet.tenant_id, wallet.user_id
        """,
        shop.tenant.tenant_id,
    )
    assert row is not None
    assert row["balance"] == row["net"] == row["posted"] == row["last"] == row["told"] == 95
    assert row["entries"] == row["counted"] == 11
