"""A programme manager's sentence, from the draft to the answer that support gives, with a year and a half going by.

2 points for each euro above 10, double on weekends for Gold, at most 500 a day, points usable after 14 days,
expiring at the end of the following year
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from punchcard.db.connection import Db
from tests.events.past import ended
from tests.points.books import let_pass, require_right
from tests.points.test_policies import PATH
from tests.shop import Shop
from tests.users.test_tiers import tier

EURO = {"type": "object", "required": ["total"], "properties": {"total": {"type": "number", "minimum": 0}}}
SENTENCE = {
    "name": "Two a euro above ten",
    "eventType": "PURCHASED_GOODS",
    "constraint": "payload.total > 10",
    "reactions": [
        {
            "type": "POINTS",
            "points": {
                "operation": "PRODUCT",
                "arguments": [
                    {"type": "EXPRESSION", "value": "2 * (payload.total - 10)"},
                    {
                        "type": "EXPRESSION",
                        "value": 'event.weekday in ["SATURDAY", "SUNDAY"] && user.tier == "Gold" ? 2 : 1',
                    },
                ],
            },
            "usableAfter": "P14D",
        }
    ],
    "limits": [{"points": 500, "per": "DAY"}],
    "state": "DRAFT",
}
EXPIRY = {"name": "The following year", "type": "SIMPLE_EXPIRY", "config": {"after": "P1Y", "toEndOf": "YEAR"}}


class Weeks:
    """Days of the last two weeks, at noon."""

    def __init__(self, now: datetime) -> None:
        noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
        days = [noon - timedelta(days=days) for days in range(1, 9)]
        self.yesterday = days[0]
        self.saturday = next(day for day in days if day.weekday() == 5)
        self.weekday = next(day for day in days if day.weekday() < 5 and day != self.yesterday)


class Story:
    """The shop, and what its people do."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def buys(self, user: Any, total: float, at: datetime) -> Any:
        """Report a purchase."""
        body = {
            "type": "PURCHASED_GOODS", "subject": user["id"], "payload": {"total": total}, "occurredAt": at.isoformat(),
        }  # fmt: skip
        return self.shop.done("POST", "/v1/events", body)

    def reason(self, event: Any) -> str:
        """Return what support reads of the one reactor of an event."""
        (told,) = self.shop.done("GET", f"/v1/events/{event['id']}/explain")["reactors"]
        return str(told["text"])

    def wallet(self, user: Any) -> tuple[int, int]:
        """Return what a member can spend, and what waits."""
        shown = self.shop.done("GET", f"/v1/users/{user['id']}/wallet")
        return shown["balance"], shown["pending"]

    def settle(self) -> None:
        """Have what is due done now, as the job does every few minutes."""
        ended(self.shop, self.shop.done("POST", f"{PATH}trigger_daily_cron")["jobId"])


def end_of_following_year(bought: datetime) -> datetime:
    """Return when points of a purchase run out."""
    return datetime(bought.year + 2, 1, 1, tzinfo=UTC)


async def test_the_sentence(shop: Shop, db: Db) -> None:
    """Tried on yesterday, published, asked about, and followed until the points have run out."""
    story, weeks = Story(shop), Weeks(datetime.now(UTC))
    shop.event_type("PURCHASED_GOODS", schema=EURO)
    shop.done("POST", PATH, EXPIRY)
    tier(shop, 2_000, "Gold")
    ada, grace = shop.user("ada"), shop.user("grace")
    shop.done(
        "POST", "/v1/commands/adjust_points",
        {"actorId": grace["id"], "points": 2_000, "impactType": "EARN", "comment": "A welcome to Gold"},
    )  # fmt: skip

    # Tried on yesterday's events before it is switched on: as a draft it gives nothing.
    draft = shop.done("POST", "/v1/event_reactors/", SENTENCE)
    for user, total in ((ada, 28.5), (ada, 9.5), (grace, 60)):
        assert story.buys(user, total, weeks.yesterday)["points"] == 0
    period = {
        "from": weeks.yesterday.date().isoformat(),
        "to": (weeks.yesterday + timedelta(days=1)).date().isoformat(),
    }
    job = ended(shop, shop.done("POST", "/v1/event_reactors/backtest", {**period, "reactorId": draft["id"]})["id"])
    double = 2 if weeks.yesterday.weekday() >= 5 else 1
    result = job["result"]
    assert (result["events"], result["fired"], result["membersReached"]) == (3, 2, 2)
    assert result["points"] == 37 + 100 * double
    preview = {"type": "PURCHASED_GOODS", "subject": "ada", "payload": {"total": 28.6}, "reactors": [draft["id"]]}
    (verdict,) = shop.done("POST", "/v1/events/test_reaction", preview)["verdicts"]
    assert [reaction["points"] for reaction in verdict["reactions"]] == [37]
    assert story.wallet(ada) == (0, 0)

    # Live: 37 points, or none, and support can say why.
    shop.done("POST", f"/v1/event_reactors/{draft['id']}/publish")
    some, none = story.buys(ada, 28.6, weeks.weekday), story.buys(ada, 9.6, weeks.weekday)
    assert "37 points" in story.reason(some)
    assert "payload.total > 10" in story.reason(none)
    assert "9.6" in story.reason(none)
    much, more = story.buys(ada, 400, weeks.weekday), story.buys(ada, 50, weeks.weekday)
    assert "463 of 780" in story.reason(much)
    assert "500 of at most 500 points on that day" in story.reason(more)
    assert story.wallet(ada) == (0, 500)
    story.buys(ada, 60, weeks.saturday)
    doubled = story.buys(grace, 61, weeks.saturday)
    assert "204 points" in story.reason(doubled)
    assert story.wallet(ada) == (0, 600)
    assert story.wallet(grace) == (2_000, 204)

    # Usable after 14 days.
    await let_pass(db, shop.tenant.tenant_id, 14)
    story.settle()
    assert (story.wallet(ada), story.wallet(grace)) == ((600, 0), (2_204, 0))

    # Expiring at the end of the following year, and not a day before.
    ends = [end_of_following_year(bought) for bought in (weeks.weekday, weeks.saturday, datetime.now(UTC))]
    await let_pass(db, shop.tenant.tenant_id, (min(ends) - datetime.now(UTC)).days - 14)
    story.settle()
    assert (story.wallet(ada), story.wallet(grace)) == ((600, 0), (2_204, 0))
    await let_pass(db, shop.tenant.tenant_id, (max(ends) - min(ends)).days + 1)
    story.settle()
    assert (story.wallet(ada), story.wallet(grace)) == ((0, 0), (0, 0))
    expired = shop.done("GET", "/v1/events/?filter=type:POINTS_EXPIRED")
    assert sorted(event["points"] for event in expired) == [-2_204, -600]
    await require_right(db, shop.tenant.tenant_id)
