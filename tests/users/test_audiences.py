"""Audiences through the API: whom criteria mean, who joins and leaves when, and what is told of it."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from punchcard.db.connection import Db
from punchcard.db.queue import INSTALLATION, Job
from punchcard.jobs import refresh_audiences
from punchcard.jobs.step import Step, Workplace
from tests.jobs.process import workplace
from tests.points.books import let_pass, require_right
from tests.points.test_policies import policy
from tests.shop import Shop, fixed


@pytest.fixture
def place(db: Db) -> Workplace:
    """Return a workplace of this process's own."""
    return workplace(db)


async def work(db: Db, place: Workplace, step: Step, tenant_id: UUID, asked: dict[str, Any] | None = None) -> Any:
    """Do a job to its end; return its result."""
    job, steps = Job(tenant_id, uuid4(), "a_test", asked or {}, None, 0, None, 0, 1, uuid4()), 0
    while True:
        progress = await db.run(lambda tx, job=job: step(tx, job, place))  # type: ignore[misc]
        steps += 1
        if progress.cursor is None:
            return {**(progress.result or {}), "steps": steps}
        job = Job(tenant_id, job.id, job.kind, job.input, progress.cursor, progress.done, None, steps, 1, job.lease)


def rule(field: str, operator: str, *values: Any) -> dict[str, Any]:
    """Return a rule."""
    return {"type": "rule", "properties": {"field": field, "operator": operator, "value": list(values)}}


def group(*rules: Any, conjunction: str = "AND", negated: bool = False) -> dict[str, Any]:
    """Return a group of rules."""
    return {"type": "group", "properties": {"conjunction": conjunction, "not": negated}, "children1": list(rules)}


def audience(shop: Shop, *rules: Any, frequency: str = "MANUAL", name: str = "Somebody", **more: Any) -> Any:
    """Create an audience of those to whom all rules apply."""
    body = {
        "name": name, "description": "An audience of a test", "isActive": True,
        "criteriaDefinition": {
            "criteriaFormat": "QUERY_TREE", "criteriaTree": group(*rules), "triggerFrequency": frequency,
        }, **more,
    }  # fmt: skip
    return shop.done("POST", "/v1/audiences/", body)


def meant(shop: Shop, criteria: Any) -> set[str]:
    """Return the ids of those whom criteria mean."""
    body = {"criteriaDefinition": {"criteriaTree": criteria, "triggerFrequency": "MANUAL"}}
    found = shop.done("POST", "/v1/audiences/preview", body)
    assert (found["count"], found["isEstimate"]) == (len(found["sample"]), False)
    return {one["id"] for one in found["sample"]}


async def refresh(db: Db, place: Workplace, shop: Shop, one: Any) -> Any:
    """Refresh an audience."""
    asked = {"audienceId": one["id"], "afterExpiry": False}
    return await work(db, place, refresh_audiences.step, shop.tenant.tenant_id, asked)


def members(shop: Shop, one: Any) -> list[str]:
    """Return the ids of the members of an audience."""
    return [member["id"] for member in shop.done("GET", f"/v1/audiences/{one['id']}/results")]


def told(shop: Shop, name: str) -> list[tuple[str, str]]:
    """Return whom events of a type are about, and the audience, the oldest first."""
    events = shop.done("GET", f"/v1/events/?filter=type:{name}&order=ASC")
    return [(event["subject"], event["payload"]["audienceName"]) for event in events]


PROFILE = {"givenName": "Ada", "familyName": "Byron"}


async def test_every_field_finds_whom_it_means(shop: Shop, db: Db) -> None:
    """Profiles, accounts, points, tiers, badges, consents, attributes and events; each test and its opposite."""
    shop.cafe("nobody")
    gold = shop.done("POST", "/v1/tiers/", {
        "pointsRequirement": 50, "calculation": "LIFETIME_EARN", "priority": 3, "defaultLocale": "en",
        "details": {"en": {"name": "Gold"}},
    })  # fmt: skip
    profile = {
        **PROFILE, "emailAddress": "ada@example.org", "country": "DE", "city": "Berlin", "birthdate": "1990-05-01",
        "gender": "FEMALE", "attributes": {"size": 42, "plan": "pro", "tags": ["a", "b"], "vip": True},
    }  # fmt: skip
    ada = shop.done("POST", "/v1/users/", {"profile": profile})
    shop.report(ada, 60)
    badge = shop.done("POST", "/v1/badges/", {"internalName": "Early bird"})
    award = {"badgeId": badge["id"], "beneficiaryId": ada["id"]}
    shop.done("POST", "/v1/commands/award_badge", award)
    consent = shop.done("POST", "/v1/consent_types/", {"name": "News letter", "required": False})
    shop.done("POST", "/v1/consents/", {"type": {"id": consent["id"]}, "user": {"id": ada["id"]}})
    sql = """
        insert into attributes (tenant_id, id, subject_type, subject_id, key, value, is_enabled, created_at)
        values ($1, $2, 'USER', $3, 'stage', '"loyal"', true, now()), ($1, $4, 'USER', $3, 'stage', '7', true, now())
    """
    await db.execute(sql, shop.tenant.tenant_id, uuid4(), UUID(ada["id"]), uuid4())

    finding = [
        rule("profile.country", "equal", "DE"),
        rule("profile.country", "select_any_in", ["AT", "DE"]),
        rule("profile.city", "like", "ERL"),
        rule("profile.city", "starts_with", "ber"),
        rule("profile.city", "ends_with", "LIN"),
        rule("profile.birthdate", "between", "1990-01-01", "1990-12-31"),
        rule("profile.age", "greater", 30),
        rule("profile.gender", "select_equals", "FEMALE"),
        rule("profile.attributes.size", "greater_or_equal", 42),
        rule("profile.attributes.plan", "equal", "pro"),
        rule("profile.attributes.tags", "equal", "b"),
        rule("profile.attributes.vip", "equal", True),
        rule("profile.attributes.plan", "is_not_null"),
        rule("attributes.stage", "equal", "loyal"),
        rule("attributes.stage", "less", 8),
        rule("points.balance", "equal", 60),
        rule("points.earned", "between", 60, 61),
        rule("tier", "equal", "Gold"),
        rule("tier", "select_any_in", ["x", gold["id"]]),
        rule("tier.priority", "greater", 2),
        rule("badges.Early bird", "equal", 1),
        rule(f"badges.{badge['id']}", "greater", 0),
        rule("consents.News letter", "equal", True),
        rule(f"consents.{consent['id']}", "equal", True),
        rule("events.PURCHASED_COFFEE", "equal", 1),
        rule("events.PURCHASED_COFFEE.P30D", "greater", 0),
        rule("events.TIER_REACHED.P1M", "equal", 1),
    ]
    found = {str(one["properties"]): meant(shop, group(one)) for one in finding}
    assert found == {key: {ada["id"]} for key in found}

    everybody = {user["id"] for user in shop.done("GET", "/v1/users/")}
    opposite = {str(one["properties"]): meant(shop, group(one, negated=True)) for one in finding}
    assert opposite == {key: everybody - {ada["id"]} for key in opposite}
    for one in (
        rule("account.ageDays", "equal", 0), rule("account.status", "equal", "ACTIVE"),
        rule("account.registeredAt", "greater", "2020-01-01"), rule("activity.daysSinceLastEvent", "equal", 0),
        rule("activity.lastEventAt", "greater", "2020-01-01"), rule("profile.attributes.nothing", "is_null"),
        rule("events.UNKNOWN_TYPE", "equal", 0), rule("badges.unknown", "equal", 0),
        rule("profile.region", "not_equal", "x"), rule("profile.region", "select_not_any_in", ["x"]),
        rule("points.expired", "not_between", 1, 2), rule("profile.region", "not_like", "x"),
    ):  # fmt: skip
        assert meant(shop, group(one)) == everybody, one


def test_a_text_is_never_a_statement(shop: Shop) -> None:
    """What a caller writes is compared, and nothing else."""
    shop.user()
    for text in ("' or 1=1 --", "$1", "{0}", "\\", "%", "x'; drop table audiences; --"):
        for field in ("profile.city", f"profile.attributes.{text}", f"attributes.{text}", f"events.{text}"):
            operator, value = ("equal", 99) if field.startswith("events") else ("equal", text)
            if "." in text and field.startswith("events"):
                continue
            assert meant(shop, group(rule(field, operator, value))) == set()


async def test_a_refresh_lets_members_join_and_leave(shop: Shop, db: Db, place: Workplace) -> None:
    """The job finds them in slices; who is not meant any more leaves; both are told where that is wished."""
    users = [shop.cafe(), *(shop.user() for _ in range(6))]
    for user in users[:4]:
        shop.report(user, 50)
    rich = audience(
        shop, rule("points.balance", "greater_or_equal", 50), sendAudienceJoinedEvent=True, sendAudienceLeftEvent=True
    )
    shop.reactor(fixed(1), event_type="AUDIENCE_JOINED")
    assert members(shop, rich) == []
    assert (await refresh(db, place, shop, rich))["joined"] == 4
    assert members(shop, rich) == [user["id"] for user in users[:4]]
    shown = shop.done("GET", f"/v1/audiences/{rich['id']}")
    assert (shown["memberCount"], shown["refreshedAt"] is not None) == (4, True)

    shop.done("POST", "/v1/commands/adjust_points", {"actorId": users[0]["id"], "points": -20, "comment": "A test"})
    shop.done("DELETE", f"/v1/users/{users[1]['id']}")
    result = await refresh(db, place, shop, rich)
    assert (result["joined"], result["left"], result["members"]) == (0, 2, 2)
    assert (await refresh(db, place, shop, rich))["left"] == 0

    assert told(shop, "AUDIENCE_JOINED") == [(user["id"], "Somebody") for user in users[:4]]
    assert (users[0]["id"], "Somebody") in told(shop, "AUDIENCE_LEFT")
    assert shop.balance(users[2]) == 51
    history = shop.done("GET", f"/v1/users/{users[0]['id']}/audiences")
    assert [(one["audienceName"], one["leftAt"] is None) for one in history] == [("Somebody", False)]
    await require_right(db, shop.tenant.tenant_id)


async def test_slices_meet_every_member_once(
    shop: Shop, db: Db, place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the size of a step, and resumed after each of them."""
    monkeypatch.setattr(refresh_audiences, "STEP_MEMBERS", 2)
    users = [shop.user() for _ in range(7)]
    everybody = audience(shop, rule("account.status", "equal", "ACTIVE"))
    result = await refresh(db, place, shop, everybody)
    assert (result["joined"], result["lookedAt"], result["steps"]) == (7, 7, 4)
    assert members(shop, everybody) == [user["id"] for user in users]


def test_a_reactive_audience_follows_each_event(shop: Shop) -> None:
    """In the event's transaction, and its own events are reacted to there."""
    audience(
        shop, rule("points.balance", "between", 50, 99), frequency="REACTIVE", name="Climbers",
        sendAudienceJoinedEvent=True, sendAudienceLeftEvent=True,
    )  # fmt: skip
    audience(shop, rule("events.AUDIENCE_JOINED", "greater", 0), frequency="DAILY_REACTIVE", name="Joiners")
    user = shop.cafe()
    shop.reactor(fixed(5), event_type="AUDIENCE_JOINED")
    shop.report(user, 49)
    assert told(shop, "AUDIENCE_JOINED") == []
    shop.report(user, 1)
    assert told(shop, "AUDIENCE_JOINED") == [(user["id"], "Climbers")]
    assert shop.balance(user) == 55
    shop.report(user, 60)
    assert told(shop, "AUDIENCE_LEFT") == [(user["id"], "Climbers")]
    stays = shop.done("GET", f"/v1/users/{user['id']}/audiences")
    assert {(one["audienceName"], one["leftAt"] is None) for one in stays} == {("Climbers", False), ("Joiners", True)}
    newest = shop.done("GET", "/v1/events/?limit=2")
    assert [event["type"] for event in newest] == ["AUDIENCE_LEFT", "PURCHASED_COFFEE"]


def test_a_profile_is_followed_too(shop: Shop) -> None:
    """A change of a profile, and a registration, are events about a member."""
    berlin = audience(shop, rule("profile.city", "equal", "Berlin"), frequency="REACTIVE")
    user = shop.user()
    assert members(shop, berlin) == []
    shop.done("PATCH", f"/v1/users/{user['id']}", {"profile": {"city": "Berlin"}})
    assert members(shop, berlin) == [user["id"]]
    body = {"profile": {**PROFILE, "emailAddress": "x@example.org", "city": "Berlin"}}
    other = shop.done("POST", "/v1/users/", body)
    assert members(shop, berlin) == [user["id"], other["id"]]


async def test_events_and_a_refresh_at_once_agree(shop: Shop, db: Db, place: Workplace) -> None:
    """Each member is in a reactive audience once, and it is who is meant."""
    users = [shop.cafe(), *(shop.user() for _ in range(5))]
    shop.token  # noqa: B018 - asked for once, before the crowd
    rich = audience(
        shop, rule("points.balance", "greater_or_equal", 30), frequency="REACTIVE", sendAudienceJoinedEvent=True
    )
    await asyncio.gather(
        *(asyncio.to_thread(shop.report, user, 10 + number) for number in range(3) for user in users),
        *(refresh(db, place, shop, rich) for _ in range(3)),
    )
    assert sorted(members(shop, rich)) == sorted(user["id"] for user in users)
    assert sorted(told(shop, "AUDIENCE_JOINED")) == sorted((user["id"], "Somebody") for user in users)


async def test_the_clock_asks_for_what_is_due(shop: Shop, db: Db, place: Workplace) -> None:
    """Hourly, and daily as the tenant's day begins; by hand and with events not at all. After points ran out, if so."""
    await db.execute("update tenants set time_zone = 'America/New_York' where id = $1", shop.tenant.tenant_id)
    made = {
        frequency: audience(shop, rule("points.balance", "greater", 0), frequency=frequency, name=frequency)
        for frequency in ("MANUAL", "REACTIVE", "HOURLY", "DAILY", "DAILY_POST_POINTS_LIABILITY")
    }
    assert [made[name]["nextRefreshAt"] for name in ("MANUAL", "REACTIVE")] == [None, None]
    assert made["HOURLY"]["nextRefreshAt"][13:] == ":00:00.000Z"
    assert made["DAILY"]["nextRefreshAt"][11:] in ("04:00:00.000Z", "05:00:00.000Z")

    policy(shop, {"after": "P1D"})
    user = shop.cafe()
    shop.report(user, 50)
    await let_pass(db, shop.tenant.tenant_id, 2)
    await db.execute("delete from jobs where tenant_id = $1", shop.tenant.tenant_id)
    await db.execute("update audiences set next_at = now() where next_at is not null")
    for _ in range(2):
        await work(db, place, refresh_audiences.step_due, INSTALLATION)
    sql = "select input->>'audienceId' as id, input from jobs where tenant_id = $1 and kind = 'refresh_audience'"
    jobs = {row["id"]: row["input"] for row in await db.fetch(sql, shop.tenant.tenant_id)}
    assert set(jobs) == {made[name]["id"] for name in ("HOURLY", "DAILY", "DAILY_POST_POINTS_LIABILITY")}
    last = made["DAILY_POST_POINTS_LIABILITY"]
    asked = {"audienceId": last["id"], "afterExpiry": True}
    await work(db, place, refresh_audiences.step, shop.tenant.tenant_id, asked)
    assert members(shop, last) == []


def test_criteria_are_shown_in_both_forms(shop: Shop) -> None:
    """Whichever was given; JsonLogic is made from what holds, so the two never contradict each other."""
    tree = group(rule("points.balance", "greater", 10))
    logic = {"and": [{">": [{"var": "points.balance"}, 10]}]}
    body = {
        "name": "By tree", "description": "A test", "isActive": False,
        "criteriaDefinition": {"criteriaTree": tree, "criteriaJsonLogic": {"or": []}, "triggerFrequency": "DAILY"},
    }  # fmt: skip
    first = shop.done("POST", "/v1/audiences/", body)
    assert first["criteriaDefinition"]["criteriaTree"] == tree
    assert first["criteriaDefinition"]["criteriaJsonLogic"] == logic
    path = f"/v1/audiences/{first['id']}"
    patch = {"criteriaPatch": {"criteriaJsonLogic": {"==": [{"var": "tier"}, None]}}, "name": "By logic"}
    changed = shop.done("PATCH", path, patch)
    assert changed["criteriaDefinition"]["criteriaTree"]["children1"][0]["properties"]["field"] == "tier"
    assert (changed["name"], changed["version"], changed["criteriaDefinition"]["triggerFrequency"]) == (
        "By logic", 2, "DAILY",
    )  # fmt: skip
    assert shop.call("PATCH", path, {"name": "X" * 2}, headers={"If-Match": '"1"'}).status_code == 412
    body = {**body, "name": "By logic"}
    answer = shop.call("POST", "/v1/audiences/", body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (409, "/name")


@pytest.mark.parametrize(
    ("criteria", "pointer"),
    [
        ({"criteriaFormat": "JSONATA", "criteriaJsonata": "$"}, "/criteriaDefinition/criteriaFormat"),
        ({"criteriaJsonata": "$"}, "/criteriaDefinition/criteriaJsonata"),
        ({}, "/criteriaDefinition/criteriaTree"),
        ({"criteriaTree": {}}, "/criteriaDefinition/criteriaTree/type"),
        ({"criteriaJsonLogic": {"+": [1, 2]}}, "/criteriaDefinition/criteriaJsonLogic/+"),
    ],
)
def test_criteria_that_cannot_be_used_are_refused(shop: Shop, criteria: Any, pointer: str) -> None:
    """422 with the place, by creation and by preview."""
    definition = {"criteriaDefinition": {**criteria, "triggerFrequency": "MANUAL"}}
    body = {"name": "Nobody", "description": "A test", "isActive": True, **definition}
    for answer in (shop.call("POST", "/v1/audiences/", body), shop.call("POST", "/v1/audiences/preview", definition)):
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_an_audience_that_is_not_in_force(shop: Shop, db: Db, place: Workplace) -> None:
    """It is not refreshed, by hand neither (409); deleted, it is not there, and its job stops."""
    shop.user()
    one = audience(shop, rule("account.status", "equal", "ACTIVE"), isActive=False)
    path = f"/v1/audiences/{one['id']}"
    assert shop.call("POST", f"{path}/trigger-search-results").status_code == 409
    shop.done("PATCH", path, {"isActive": True})
    job = shop.done("POST", f"{path}/trigger-search-results")["jobId"]
    again = shop.done("POST", f"{path}/trigger-search-results")["jobId"]
    assert again == job or shop.done("GET", f"/v1/jobs/{job}")["state"] == "DONE", "the server's own worker was quicker"
    assert shop.done("GET", f"/v1/jobs/{job}")["kind"] == "refresh_audience"
    shop.done("DELETE", path)
    assert shop.call("GET", path).status_code == 404
    assert shop.call("GET", f"{path}/results").status_code == 404
    assert "stopped" in await refresh(db, place, shop, one)


def test_what_criteria_can_be_built_from(shop: Shop) -> None:
    """Every field with its operators; tiers, event types and the like of this tenant."""
    shop.event_type()
    config = shop.done("GET", "/v1/audiences/criteria-builder/config")
    assert config["fields"]["points.balance"]["type"] == "number"
    assert "like" in config["fields"]["profile.city"]["operators"]
    events = next(one for one in config["families"] if one["pattern"] == "events.KEY")
    assert "PURCHASED_COFFEE" in events["keys"]


async def test_a_preview_of_very_many_is_an_estimate(shop: Shop, db: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a share of the members, picked by chance that is the same at each look."""
    from punchcard.users import audience_builder  # noqa: PLC0415
    from punchcard.users.audience_builder import AudiencePreviewDefinition, preview_audience  # noqa: PLC0415

    for _ in range(12):
        shop.user()
    monkeypatch.setattr(audience_builder, "EXACT_MAX", 4)
    criteria = {"criteriaTree": group(rule("account.status", "equal", "ACTIVE")), "triggerFrequency": "MANUAL"}
    definition = AudiencePreviewDefinition.model_validate({"criteriaDefinition": criteria})
    first, second = [await preview_audience(db, shop.tenant.tenant_id, definition) for _ in range(2)]
    assert first == second
    assert (first.is_estimate, first.count) == (True, 12 if first.looked_at else 0)


async def test_the_books_of_audiences_refuse_nonsense(shop: Shop, db: Db) -> None:
    """The schema lets nobody be in an audience twice at a time, or in another tenant's."""
    user = shop.user()
    one = audience(shop, rule("account.status", "equal", "ACTIVE"))
    sql = "insert into audience_stays (tenant_id, user_id, audience_id, joined_at) values ($1, $2, $3, now())"
    ids = (shop.tenant.tenant_id, UUID(user["id"]), UUID(one["id"]))
    await db.execute(sql, *ids)
    with pytest.raises(asyncpg.UniqueViolationError):
        await db.execute(sql, *ids)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await db.execute(sql, ids[0], ids[1], uuid4())
