"""What can be said of a reward, and who sees and may buy it."""

from typing import Any

import pytest

from tests.shop import Shop

from .test_rewards import FOREVER, buy, reward, rich

BASEL = {"all": [{"fact": "user.profile.city", "operator": "==", "value": "Basel"}]}


def test_texts_of_a_reward_come_in_the_language_asked_for(shop: Shop) -> None:
    """What a language lacks is taken from the default one, then from the reward itself; its category speaks it too."""
    category = shop.done(
        "POST",
        "/v1/reward_categories/",
        {"name": "Drinks", "priority": 1, "details": [{"locale": "de", "name": "Getränke"}]},
    )
    details = {"de": {"name": "Eine Tasse", "terms": "Nur heute"}, "fr": {"name": "Une tasse"}}
    made = reward(shop, details=details, defaultLocale="de", summary="Hot", category={"id": category["id"]})

    shown = shop.done("GET", f"/v1/rewards/{made['id']}?locale=fr")

    assert (shown["name"], shown["terms"], shown["summary"]) == ("Une tasse", "Nur heute", "Hot")
    assert shop.done("GET", "/v1/rewards/?locale=de")[0]["category"]["name"] == "Getränke"
    in_category = shop.done("GET", f"/v1/reward_categories/{category['id']}/rewards")
    assert [one["id"] for one in in_category] == [made["id"]]
    assert shop.call("DELETE", f"/v1/reward_categories/{category['id']}").status_code == 409


@pytest.mark.parametrize(
    ("fields", "pointer", "code"),
    [
        ({"type": "FIDEL_OFFER"}, "/type", "reward_type_refused"),
        ({"type": "NOTHING"}, "/type", "reward_type_unknown"),
        ({"fidelOfferId": "x"}, "/fidelOfferId", "field_of_other_type"),
        ({"category": {"id": "00000000-0000-4000-8000-000000000000"}}, "/category", "category_unknown"),
        ({"venues": ["00000000-0000-4000-8000-000000000000"]}, "/venues/0", "venue_unknown"),
        ({"codeType": "OTP", "code": {"template": "PROMO"}}, "/code/template", "value_error"),
        ({"codeType": "OTP", "code": {"value": "X"}}, "/code/value", "code_unusable"),
        ({"codeType": "POOL", "code": {"pool": "00000000-0000-4000-8000-000000000000"}}, "/code/pool", "pool_unknown"),
        ({"codeType": "STATIC"}, "", "code_missing"),
        ({"price": 10_000_001}, "/price", "less_than_equal"),
        (
            {
                "visibilityCriteriaDefinition": {
                    "criteriaTree": {"all": [{"fact": "payload.total", "operator": ">", "value": 1}]}
                }
            },
            "/visibilityCriteriaDefinition/criteriaTree",
            "criteria_unusable",
        ),
    ],
)
def test_what_a_reward_cannot_be(shop: Shop, fields: dict[str, Any], pointer: str, code: str) -> None:
    """Other suppliers' types and fields, things that there are not and codes that cannot be are refused by pointer."""
    body = {"type": "VOUCHER", "name": "A cup", "price": 30, "availability": FOREVER, "purchasable": True}

    answer = shop.call("POST", "/v1/rewards/", body | fields)

    assert answer.status_code == 422
    assert (answer.json()["errors"][0]["pointer"], answer.json()["errors"][0]["code"]) == (pointer, code)


def test_criteria_decide_who_sees_and_buys(shop: Shop) -> None:
    """An end user is told what is visible, may leave the rest out, and cannot buy what is not."""
    user = rich(shop)
    hidden = reward(shop, visibilityCriteriaDefinition={"criteriaTree": BASEL})
    shown = reward(shop, name="A glass")
    token = shop.user_token(user)

    listed = shop.done("GET", "/v1/rewards/", bearer=token)
    answer = buy(shop, hidden, user)

    assert [one["visible"] for one in listed] == [False, True]
    assert "visibilityCriteria" not in listed[0]
    short = shop.done("GET", "/v1/rewards/?completelySkipInvisible=true", bearer=token)
    assert [one["id"] for one in short] == [shown["id"]]
    assert (answer.status_code, answer.json()["code"], answer.json()["balance"]) == (409, "not_eligible", 100)
    shop.done("PATCH", f"/v1/users/{user['id']}", {"profile": {"city": "Basel"}})
    assert shop.done("GET", f"/v1/rewards/{hidden['id']}", bearer=token)["visible"]
    assert buy(shop, hidden, user).status_code == 200
    facts = shop.done("GET", "/v1/rewards/availability-criteria-builder/config")["facts"]
    assert "user.profile.city" in [each["fact"] for each in facts]


def test_a_member_buys_no_more_than_the_limit(shop: Shop) -> None:
    """The answer names the limit, what was bought, the price and the balance."""
    user, cup = rich(shop), reward(shop, limitPerUser={"count": 2, "per": "MONTH"})
    assert [buy(shop, cup, user).status_code for _ in range(2)] == [200, 200]

    answer = buy(shop, cup, user)

    assert (answer.status_code, answer.json()["code"]) == (409, "purchase_limit_reached")
    told = {name: answer.json()[name] for name in ("limit", "bought", "price", "balance")}
    assert told == {"limit": 2, "bought": 2, "price": 30, "balance": 40}


def test_end_users_see_no_codes(shop: Shop) -> None:
    """What a reward's vouchers will show is told to administrators alone."""
    user = rich(shop)
    made = reward(shop, codeType="STATIC", code={"value": "SUMMER"}, notificationConfig={"quantity": 1})

    shown = shop.done("GET", f"/v1/rewards/{made['id']}", bearer=shop.user_token(user))

    assert made["code"] == {"value": "SUMMER"}
    assert made["notificationConfig"] == {"quantity": 1, "emails": [], "triggered": False}
    assert shown.keys().isdisjoint({"code", "notificationConfig", "visibilityCriteria"})


def test_a_warning_that_little_is_left_is_given_once(shop: Shop) -> None:
    """When stock or codes come down to the quantity, `triggered` says so; writing false lets it happen again."""
    user = rich(shop, 1000)
    stocked = reward(shop, stockCapacity=4, notificationConfig={"quantity": 2})
    pooled = reward(shop, codeType="POOL", codes=["A1", "B2", "C3"], notificationConfig={"quantity": 2})

    def triggered(one: Any) -> bool:
        return bool(shop.done("GET", f"/v1/rewards/{one['id']}")["notificationConfig"]["triggered"])

    buy(shop, stocked, user)
    assert not triggered(stocked)
    buy(shop, stocked, user)
    buy(shop, pooled, user)
    assert (triggered(stocked), triggered(pooled)) == (True, True)
    shop.done("PATCH", f"/v1/rewards/{stocked['id']}", {"notificationConfig": {"quantity": 2, "triggered": False}})
    assert not triggered(stocked)


def test_a_bought_voucher_has_its_code(shop: Shop) -> None:
    """F28: with the purchase a code leaves the pool; when none is left nothing is sold and no points are taken."""
    user = rich(shop)
    pool = shop.done("POST", "/v1/code_pools/", {"name": "Coupons"})
    path = f"/v1/code_pools/{pool['id']}"
    shop.done("POST", f"{path}/codes/", {"value": "ONLY-ONE"})
    cup = reward(shop, codeType="POOL", code={"pool": {"id": pool["id"]}})

    first, second = buy(shop, cup, user), buy(shop, cup, user)

    assert (first.status_code, second.status_code, second.json()["code"]) == (200, 409, "out_of_stock")
    assert shop.balance(user) == 70
    counted = shop.done("GET", path)
    assert (counted["codesAvailable"], counted["codesTaken"]) == (0, 1)
    shop.done("POST", f"{path}/codes/", {"value": "ANOTHER"})
    shop.done("PATCH", path, {"active": False})
    assert buy(shop, cup, user).json()["code"] == "out_of_stock"
    assert (
        shop.call("DELETE", f"{path}/codes/{shop.done('GET', f'{path}/codes/?filter=taken:true')[0]['id']}").status_code
        == 409
    )


def test_own_codes_of_a_reward(shop: Shop) -> None:
    """Codes that were written for a reward are listed, added and taken back until a voucher has one."""
    made = reward(shop, codeType="HUMAN", codes=["FIRST", {"value": "SECOND"}])
    path = f"/v1/rewards/{made['id']}/codes"
    third = shop.done("POST", path, {"value": "THIRD", "voucher": {"id": made["id"]}})

    assert sorted(one["value"] for one in shop.done("GET", path)) == ["FIRST", "SECOND", "THIRD"]
    shop.done("DELETE", f"{path}/{third['id']}")
    again = shop.call("POST", path, {"value": "first", "voucher": {}})
    assert (again.status_code, len(shop.done("GET", path))) == (409, 2)
    made_by_engine = reward(shop, codeType="OTP")
    assert (
        shop.call("POST", f"/v1/rewards/{made_by_engine['id']}/codes", {"value": "X1", "voucher": {}}).status_code
        == 409
    )


def test_tiers_and_audiences_decide_who_buys(shop: Shop) -> None:
    """A reward for a tier or for audiences is sold to their members, and a tier that there is not is refused."""
    user = rich(shop)
    details = {"en": {"name": "Gold"}}
    tier = shop.done(
        "POST",
        "/v1/tiers/",
        {
            "pointsRequirement": 150,
            "calculation": "LIFETIME_EARN",
            "priority": 1,
            "details": details,
            "defaultLocale": "en",
        },
    )
    gold = reward(shop, tier={"id": tier["id"]})
    lives = {"type": "rule", "properties": {"field": "profile.city", "operator": "equal", "value": ["Basel"]}}
    tree = {"type": "group", "properties": {"conjunction": "AND", "not": False}, "children1": [lives]}
    audience = shop.done(
        "POST",
        "/v1/audiences/",
        {
            "name": "Basel", "description": "Who lives there", "isActive": True,
            "criteriaDefinition": {"criteriaTree": tree, "triggerFrequency": "REACTIVE"},
        },
    )  # fmt: skip
    local = reward(shop, purchasableForAudiences=[{"id": audience["id"]}])

    assert [buy(shop, each, user).json()["code"] for each in (gold, local)] == ["not_eligible"] * 2
    shop.report(user, 60)
    shop.done("PATCH", f"/v1/users/{user['id']}", {"profile": {"city": "Basel"}})
    assert [buy(shop, each, user).status_code for each in (gold, local)] == [200, 200]
    nobody = {"id": "00000000-0000-4000-8000-000000000000"}
    refused = shop.call("PATCH", f"/v1/rewards/{gold['id']}", {"tier": nobody, "purchasableForAudiences": [nobody]})
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/tier", "/purchasableForAudiences/0"]


LIVES = {"type": "rule", "properties": {"field": "profile.city", "operator": "equal", "value": ["Basel"]}}
BUILT = {"type": "group", "properties": {"conjunction": "AND", "not": False}, "children1": [LIVES]}
LOGIC = {"and": [{"==": [{"var": "profile.city"}, "Basel"]}]}


@pytest.mark.parametrize(
    "criteria",
    [
        {"criteriaTree": BUILT},
        {"criteriaTree": BUILT, "criteriaJsonLogic": LOGIC},
        {"criteriaTree": {}, "criteriaJsonLogic": LOGIC},
        {"criteriaJsonLogic": LOGIC},
    ],
)
def test_criteria_of_query_builders_decide_as_those_of_audiences_do(shop: Shop, criteria: dict[str, Any]) -> None:
    """A builder's tree and JsonLogic hold; whichever is given, both are shown, made from the one that holds."""
    user = rich(shop)
    hidden = reward(shop, visibilityCriteriaDefinition=criteria)
    token = shop.user_token(user)

    assert hidden["visibilityCriteria"]["criteriaJsonLogic"] == LOGIC
    assert hidden["visibilityCriteria"]["criteriaTree"]["children1"]
    assert shop.done("GET", f"/v1/rewards/{hidden['id']}", bearer=token)["visible"] is False
    assert buy(shop, hidden, user).json()["code"] == "not_eligible"
    shop.done("PATCH", f"/v1/users/{user['id']}", {"profile": {"city": "Basel"}})
    assert shop.done("GET", f"/v1/rewards/{hidden['id']}", bearer=token)["visible"] is True
    assert buy(shop, hidden, user).status_code == 200
    kept = shop.done("PATCH", f"/v1/rewards/{hidden['id']}", {"visibilityCriteriaPatch": {}})
    assert kept["visibilityCriteria"] == hidden["visibilityCriteria"]


@pytest.mark.parametrize(
    ("criteria", "pointer"),
    [
        ({"criteriaTree": BASEL, "criteriaJsonLogic": LOGIC}, ""),
        ({"criteriaTree": {}, "criteriaJsonLogic": {"map": []}}, "/criteriaJsonLogic"),
        ({"criteriaTree": {"type": "group"}}, "/criteriaTree"),
        ({"criteriaTree": {"some": 1}}, "/criteriaTree"),
        ({}, ""),
    ],
)
def test_criteria_that_would_say_nothing_are_refused(shop: Shop, criteria: dict[str, Any], pointer: str) -> None:
    """What cannot be judged is never kept and passed over."""
    body = {
        "type": "VOUCHER", "name": "A mug", "price": 1, "availability": {"start": "2026-01-01"}, "purchasable": True,
        "visibilityCriteriaDefinition": criteria,
    }  # fmt: skip
    answer = shop.call("POST", "/v1/rewards/", body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == f"/visibilityCriteriaDefinition{pointer}"


def test_rows_see_the_tier_the_audiences_and_the_badges(shop: Shop) -> None:
    """A member in no tier and no audience is known to be in none."""
    user = rich(shop)
    rows: list[dict[str, Any]] = [
        {"fact": "user.tierPriority", "operator": "<", "value": 1},
        {"fact": "user.badges", "operator": "contains", "value": "x"},
    ]
    shown = reward(shop, visibilityCriteriaDefinition={"criteriaTree": {"all": rows[:1]}})
    hidden = reward(
        shop, visibilityCriteriaDefinition={"criteriaTree": {"any": [{**rows[0], "operator": ">"}, rows[1]]}}
    )
    audience = {"fact": "user.audiences", "operator": "contains", "value": "Basel"}
    local = reward(shop, visibilityCriteriaDefinition={"criteriaTree": {"all": [audience]}})
    listed = {each["id"]: each["visible"] for each in shop.done("GET", "/v1/rewards/", bearer=shop.user_token(user))}
    assert listed == {shown["id"]: True, hidden["id"]: False, local["id"]: False}
