"""Referrals under races."""

from concurrent.futures import ThreadPoolExecutor

from punchcard.db.connection import Db
from tests.points.books import require_right
from tests.referrals.test_referrals import campaign, code_of, register, tell_all, tranche
from tests.shop import Shop


def test_of_many_who_register_the_same_contact_by_one_code_one_is_brought(shop: Shop) -> None:
    """T46: eight at once with one address: one is registered and brought; the code counts one."""
    shop.done("PATCH", "/v1/tenant/", {"configuration": {"allowDuplicateEmailAddress": False}})
    friends = campaign(shop)
    code = code_of(shop, shop.user())
    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(
            pool.map(lambda _: register(shop, code["inviteCode"], "bob@example.org").status_code, range(8))
        )
    assert statuses == [200] + [409] * 7
    assert len(shop.done("GET", "/v1/referrals/")) == 1
    shown = shop.done("GET", f"/v1/campaigns/{friends['id']}/referral_codes/{code['id']}")
    assert shown["registerCount"] == 1


async def test_two_events_at_once_reach_a_tranche_once(shop: Shop, db: Db) -> None:
    """The number of activations holds under a race, and whoever invited several is told once of each."""
    shop.event_type()
    tranche(shop, campaign(shop))
    ada = shop.user()
    code = code_of(shop, ada)["inviteCode"]
    users = [register(shop, code, f"bob{number}@example.org").json()["data"] for number in range(3)]
    with ThreadPoolExecutor(9) as pool:
        reports = [pool.submit(shop.report, user, 10 + total) for user in users for total in range(3)]
        assert {one.result().status_code for one in reports} == {200}
    await tell_all(db, shop.tenant.tenant_id)
    assert [shop.balance(user) for user in users] == [5, 5, 5]
    assert shop.balance(ada) == 60
    await require_right(db, shop.tenant.tenant_id)


def test_velocity_counts_those_who_come_at_once(shop: Shop) -> None:
    """T46: of eight who register at once by a code that may bring three an hour, five wait."""
    campaign(shop, registrationsPerHourMax=3)
    code = code_of(shop, shop.user())["inviteCode"]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: register(shop, code, f"bob{number}@example.org"), range(8)))
    assert len(shop.done("GET", "/v1/referrals/?status=FLAGGED")) == 5


def test_who_asks_twice_at_once_has_one_code(shop: Shop) -> None:
    """Eight ask for a member's code at once, and get the same."""
    campaign(shop)
    ada = shop.user()
    with ThreadPoolExecutor(8) as pool:
        codes = set(pool.map(lambda _: code_of(shop, ada)["inviteCode"], range(8)))
    assert len(codes) == 1
