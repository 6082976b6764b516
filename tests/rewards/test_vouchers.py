"""What becomes of a voucher: bought, redeemed, used at a till, expired."""

from typing import Any
from uuid import UUID

import httpx2 as httpx
import pytest

from punchcard.db.connection import Db
from punchcard.rewards import vouchers
from tests.shop import Shop, fixed

from .test_rewards import buy, reward, rich


def bought(shop: Shop, made: Any, user: Any) -> str:
    """Buy a reward; return the voucher's id."""
    answer = buy(shop, made, user)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["data"]["payload"]["voucherId"])


def redeem(shop: Shop, voucher: str, **options: Any) -> Any:
    """Redeem a voucher."""
    return shop.call("POST", "/v1/commands/redeem_benefit", {"benefitId": voucher}, **options)


def code_of(shop: Shop, made: Any, user: Any) -> str:
    """Buy and redeem; return the code."""
    return str(redeem(shop, bought(shop, made, user)).json()["data"]["payload"]["code"])


def validate(shop: Shop, code: str, **fields: Any) -> Any:
    """Validate a code at the till."""
    return shop.call("POST", "/v1/commands/validate_voucher", {"code": code, **fields})


async def age(db: Db, shop: Shop, voucher: str) -> None:
    """Let a voucher's time be over."""
    sql = "update vouchers set expires_at = clock_timestamp() - interval '1 second' where tenant_id = $1 and id = $2"
    await db.execute(sql, shop.tenant.tenant_id, UUID(voucher))


@pytest.mark.parametrize(
    ("fields", "begins", "length"),
    [
        ({"codeType": "OTP", "code": {"template": "PROMO-{code}"}}, "PROMO-", 6 + 29),
        ({"codeType": "OTP"}, "", 29),
        ({"codeType": "HUMAN"}, "", 9),
        ({"codeType": "POOL", "codes": ["POOLED-1"]}, "POOLED-1", 8),
        ({"codeType": "STATIC", "code": {"value": "SUMMER"}}, "SUMMER", 6),
    ],
)
def test_from_purchase_to_till(shop: Shop, fields: dict[str, Any], begins: str, length: int) -> None:
    """The purchase shows no code, the redemption does, and the till uses it up; each is an event."""
    user, cup = rich(shop), reward(shop, **fields)
    voucher = bought(shop, cup, user)
    assert "code" not in shop.done("GET", f"/v1/benefits/{voucher}")

    redeemed = redeem(shop, voucher).json()["data"]
    code = redeemed["payload"]["code"]
    burned = validate(shop, f" {code.lower()}", userIdentifier="ada").json()["data"]

    assert (code.startswith(begins), len(code)) == (True, length)
    assert (redeemed["type"], redeemed["payload"]["voucherId"]) == ("REDEEMED_VOUCHER", voucher)
    assert (burned["burned"], burned["event"]["type"]) == (True, "BURNED_VOUCHER")
    shown = shop.done("GET", f"/v1/vouchers/{voucher}")
    assert (shown["status"], shown["code"], shown["reward"]["name"]) == ("BURNED", code, "A cup")


def test_a_code_is_used_once(shop: Shop) -> None:
    """T43: redeemed or used a second time is 409; unknown codes and those of other members are one and the same 404."""
    user, cup, other = rich(shop), reward(shop), shop.user("bob")
    voucher = bought(shop, cup, user)
    code = redeem(shop, voucher).json()["data"]["payload"]["code"]

    again = redeem(shop, voucher)
    foreign = validate(shop, code, userIdentifier=other["id"])
    unknown = validate(shop, "NO-SUCH-CODE", userIdentifier=other["id"])
    assert (again.status_code, again.json()["code"]) == (409, "voucher_unusable")
    assert again.json()["voucherStatus"] == "REDEEMED"
    assert [(each.status_code, each.json()["detail"]) for each in (foreign, unknown)] == [
        (404, "There is no voucher with this code.")
    ] * 2
    assert validate(shop, code, allowFutureValidation=True).json()["data"]["burned"] is False
    assert validate(shop, code).json()["data"]["burned"] is True
    used = validate(shop, code.replace("-", " ").lower())
    assert (used.status_code, used.json()["voucherStatus"]) == (409, "BURNED")
    assert used.json()["burnedAt"] in used.json()["detail"]


def test_guessing_is_slowed(shop: Shop) -> None:
    """T44: after five failures the same caller waits, whatever the code is, and another caller does not."""
    user, cup = rich(shop, 200), reward(shop)
    good = code_of(shop, cup, user)
    told = [validate(shop, f"GUESS-{number}").status_code for number in range(6)]

    waiting = validate(shop, good)

    assert told == [404] * 5 + [429]
    assert (waiting.status_code, int(waiting.headers["retry-after"]) > 0) == (429, True)
    own = shop.call(
        "POST",
        f"/v1/users/{user['id']}/redemptions/validate",
        {"value": good, "voucher": {}},
        bearer=shop.user_token(user),
    )
    assert (own.status_code, own.json()["data"]["burned"]) == (200, True)


def test_tills_that_share_a_token_do_not_lock_each_other_out(shop: Shop) -> None:
    """T44: another address goes on, and a used voucher is no guess; all addresses together have their bound, too."""
    code = code_of(shop, reward(shop), rich(shop, 200))
    assert [validate(shop, f"GUESS-{number}").status_code for number in range(6)] == [404] * 5 + [429]

    def till(number: int, *codes: str) -> list[int]:
        transport = httpx.HTTPTransport(verify=False, local_address=f"127.0.1.{number}")
        with httpx.Client(base_url=shop.address, transport=transport, headers=shop.headers(), timeout=60) as client:
            path = "/v1/commands/validate_voucher"
            return [client.post(path, json={"code": code}).status_code for code in codes]

    assert till(1, *[code] * 9) == [200] + [409] * 8
    told = [till(number, *"VWXYZ") for number in range(2, 40)]
    assert told[:8] == [[404] * 5] * 8
    assert told[-1] != [404] * 5


async def test_an_expired_voucher_is_of_no_use_before_any_job(shop: Shop, db: Db) -> None:
    """T43: its time being over is enough; the job writes it down, and puts a code that nobody has seen back."""
    user = rich(shop, 200)
    cup, pooled = reward(shop, purchaseExpiration=30), reward(shop, codeType="POOL", codes=["ONE"])
    redeemed = bought(shop, cup, user)
    code = redeem(shop, redeemed).json()["data"]["payload"]["code"]
    fresh, unseen = bought(shop, cup, user), bought(shop, pooled, user)
    assert (
        shop.done("GET", f"/v1/benefits/{fresh}")["expiresAt"]
        > shop.done("GET", f"/v1/benefits/{fresh}")["purchasedAt"]
    )
    for voucher in (redeemed, fresh, unseen):
        await age(db, shop, voucher)

    assert [redeem(shop, fresh).status_code, validate(shop, code).status_code] == [409, 409]
    assert shop.done("GET", f"/v1/benefits/{fresh}")["status"] == "EXPIRED"
    assert len(shop.done("GET", "/v1/benefits/?filter=status:EXPIRED")) == 3
    while await db.run(lambda tx: vouchers.expire(tx, 100)):
        pass
    assert shop.done("GET", f"/v1/vouchers/{redeemed}")["status"] == "EXPIRED"
    assert shop.balance(user) == 110
    assert buy(shop, pooled, user).status_code == 200


def test_hidden_codes_are_told_once(shop: Shop) -> None:
    """With `hideCode` the answer to the redemption has the code, and no list."""
    user, cup = rich(shop), reward(shop, hideCode=True)
    voucher = bought(shop, cup, user)

    told = redeem(shop, voucher).json()["data"]["payload"]

    assert "code" in told
    assert "code" not in shop.done("GET", f"/v1/benefits/{voucher}")


def test_venues_bind_vouchers(shop: Shop) -> None:
    """A voucher of certain venues is good there, by id or externalIdentifier, and nowhere else."""
    where = {
        "address": "A street",
        "availability": {"start": "2020-01-01"},
        "coordinates": {"longitude": 1, "latitude": 2},
    }
    harbour, station = (
        shop.call("POST", "/v1/venues/", {"name": name, "externalIdentifier": name, **where}).json()["data"]
        for name in ("harbour", "station")
    )
    user, cup = rich(shop), reward(shop, venues=[{"id": harbour["id"]}])
    code = code_of(shop, cup, user)

    assert validate(shop, code).json()["errors"][0]["code"] == "venue_required"
    assert validate(shop, code, venueIdentifier="nowhere").json()["errors"][0]["pointer"] == "/venueIdentifier"
    assert validate(shop, code, venueIdentifier=station["id"]).status_code == 409
    good = validate(shop, code, venueIdentifier="harbour", position={"longitude": 7.5, "latitude": 47.5})
    assert good.json()["data"]["event"]["payload"]["venueId"] == harbour["id"]
    assert good.json()["data"]["event"]["payload"]["position"] == {"longitude": 7.5, "latitude": 47.5}


def test_a_member_asks_for_the_own(shop: Shop) -> None:
    """An end user buys, redeems and uses up by the own paths, and reaches nothing of another's."""
    user, cup, other = rich(shop), reward(shop), shop.user("bob")
    token, others = shop.user_token(user), shop.user_token(other)
    path = f"/v1/users/{user['id']}"

    event = shop.done("POST", f"{path}/purchases", {"reward": {"id": cup["id"]}}, bearer=token)
    voucher = event["payload"]["voucherId"]
    assert redeem(shop, voucher, bearer=others).status_code == 404
    assert shop.call("POST", f"{path}/purchases", {"rewardId": cup["id"]}, bearer=others).status_code == 404
    assert shop.call("GET", f"/v1/benefits/{voucher}", bearer=others).status_code == 404
    refused = shop.call(
        "POST", f"{path}/redemptions", {"resource": {"type": "OLIVE_OFFER", "id": cup["id"]}}, bearer=token
    )
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/resource/type")
    redeemed = shop.done(
        "POST", f"{path}/redemptions", {"resource": {"type": "VOUCHER_REWARD", "id": cup["id"]}}, bearer=token
    )
    body = {"value": redeemed["payload"]["code"], "voucher": {"id": voucher}}
    assert shop.done("POST", f"{path}/redemptions/validate", body, bearer=token)["burned"]
    assert [one["status"] for one in shop.done("GET", "/v1/benefits/", bearer=token)] == ["BURNED"]
    assert shop.done("GET", "/v1/benefits/?filter=usable:true", bearer=token) == []


def test_commands_by_the_names_of_their_events(shop: Shop) -> None:
    """What an event's name can command is the same command; what cannot be commanded says why."""
    user, cup = rich(shop), reward(shop)
    path, token = f"/v1/users/{user['id']}/commands", shop.user_token(user)

    def command(kind: str, payload: Any = None, **options: Any) -> Any:
        return shop.call("POST", path, {"type": kind, **({} if payload is None else {"payload": payload})}, **options)

    event = command("PURCHASED_REWARD", {"rewardId": cup["id"]}, bearer=token).json()["data"]
    redeemed = command("REDEEMED_VOUCHER", {"benefitId": event["payload"]["voucherId"]}).json()["data"]
    assert command("BURNED_VOUCHER", {"code": redeemed["payload"]["code"]}).json()["data"]["burned"]
    adjusted = command("POINTS_ADJUSTED", {"points": 5, "comment": "Sorry"}).json()["data"]
    assert (adjusted["type"], shop.balance(user)) == ("POINTS_ADJUSTED", 75)
    assert command("POINTS_ADJUSTED", {"points": 5, "comment": "Me"}, bearer=token).status_code == 403
    assert command("PROFILE_UPDATED", {"profile": {"city": "Basel"}}).json()["data"]["profile"]["city"] == "Basel"
    wrong = command("PURCHASED_REWARD", {"rewardId": "x"}).json()["errors"][0]
    assert wrong["pointer"] == "/payload/rewardId"
    for kind in ("REGISTERED_ACCOUNT", "VOUCHER_GIVEN", "REFERRAL_TRANCHE_ACTIVATION", "POINTS_EXPIRED"):
        refused = command(kind)
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "not_commanded")
    assert command("CLOSED_ACCOUNT").json()["data"]["status"] == "CLOSED"
    assert command("PURCHASED_REWARD", {"rewardId": cup["id"]}).status_code == 409


def test_reactors_react_to_what_becomes_of_vouchers(shop: Shop) -> None:
    """Redeeming and using up are events like others."""
    user, cup = rich(shop), reward(shop)
    shop.reactor(fixed(1), event_type="REDEEMED_VOUCHER")
    shop.reactor(fixed(2), event_type="BURNED_VOUCHER")

    validate(shop, code_of(shop, cup, user))

    assert shop.balance(user) == 73


def test_the_same_key_shows_the_code_again(shop: Shop) -> None:
    """An answer that was lost on its way comes again under its Idempotency-Key."""
    user, cup = rich(shop), reward(shop)
    voucher = bought(shop, cup, user)
    key = {"Idempotency-Key": "redeem-1"}

    assert redeem(shop, voucher, headers=key).content == redeem(shop, voucher, headers=key).content


def test_what_a_reaction_gives_has_its_code(shop: Shop) -> None:
    """A reaction takes a code from the pool, with the reward's expiry; when none is left, its verdict says so."""
    user = shop.cafe()
    coupon = reward(shop, codeType="POOL", codes=["ONE-CODE"], purchaseExpiration=7, notificationConfig={"quantity": 0})
    shop.done(
        "POST",
        "/v1/event_reactors/",
        {
            "name": "A coupon",
            "eventType": "PURCHASED_COFFEE",
            "reactions": [{"type": "REWARD", "reward": {"id": coupon["id"]}}],
        },
    )
    assert [shop.report(user, total).status_code for total in (1, 2)] == [200, 200]

    (given,) = shop.done("GET", "/v1/benefits/")

    assert (given["status"], given["origin"], "expiresAt" in given) == ("GIVEN", "GIVEN", True)
    assert redeem(shop, given["id"]).json()["data"]["payload"]["code"] == "ONE-CODE"
    assert shop.done("GET", f"/v1/rewards/{coupon['id']}")["notificationConfig"]["triggered"]
