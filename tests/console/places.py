"""Every page of the console by its route in `console/src/router.tsx`: where it is looked at, and what is read there."""

import re
from pathlib import Path

ROUTER = Path(__file__).resolve().parents[2] / "console" / "src" / "router.tsx"
TEXT = "{text}"
PLACES: dict[str, dict[str, str]] = {
    "/": {"/": TEXT},
    "/events": {
        "/events": TEXT,
        "/events?tab=quarantine": "EVIL",
        "/events?tab=duplicates": "EVIL",
        "/events?q={text} payload.{text}": "is no condition",
        "/events?type={text}&subject={text}": TEXT,
        "/events?report={event}": TEXT,
    },
    "/events/$eventId": {"/events/{event}": TEXT},
    "/users": {"/users": TEXT, "/users?search={text}": TEXT},
    "/users/$userId": {
        f"/users/{{user}}?tab={tab}": TEXT
        for tab in ("overview", "wallet", "events", "vouchers", "standing", "referrals", "profile")
    },
    "/adjustments": {"/adjustments": TEXT},
    "/event-types": {"/event-types": TEXT},
    "/event-types/new": {"/event-types/new": "Try a payload"},
    "/event-types/$name": {"/event-types/EVIL": TEXT, "/event-types/{text}": TEXT},
    "/event-types/$name/edit": {"/event-types/EVIL/edit": "The schema can be used."},
    "/reactors": {"/reactors": TEXT},
    "/reactors/new": {"/reactors/new": "It fires for every event"},
    "/reactors/$reactorId": {"/reactors/{judged}": TEXT, "/reactors/{judged}?version=2&beside=1": "In version 1"},
    "/reactors/$reactorId/edit": {"/reactors/{judged}/edit": "It can be used."},
    "/backtests/$jobId": {"/backtests/{backtest}": "What is assumed"},
    "/points-policies": {"/points-policies": TEXT, "/points-policies?edit={policy}": TEXT},
    "/counters": {"/counters": "counters.visits", "/counters?edit={counter}": "counters.visits"},
    "/tiers": {"/tiers": TEXT, "/tiers?edit={tier}": TEXT},
    "/badges": {"/badges": TEXT, "/badges?edit={badge}": TEXT},
    "/audiences": {"/audiences": TEXT, "/audiences?edit={audience}": TEXT},
    "/audiences/$audienceId": {"/audiences/{audience}": TEXT},
    "/consent-types": {"/consent-types": TEXT, "/consent-types?edit={consent}": TEXT},
    "/rewards": {"/rewards": TEXT, "/rewards?edit={reward}": TEXT},
    "/rewards/$rewardId": {"/rewards/{reward}": TEXT},
    "/reward-categories": {"/reward-categories": TEXT, "/reward-categories?edit={category}": TEXT},
    "/code-pools": {"/code-pools": TEXT, "/code-pools?edit={pool}": TEXT},
    "/code-pools/$poolId": {"/code-pools/{pool}": TEXT},
    "/vouchers": {"/vouchers": TEXT},
    "/venues": {"/venues": TEXT, "/venues?edit={venue}": TEXT},
    "/campaigns": {"/campaigns": TEXT, "/campaigns?edit={campaign}": TEXT},
    "/campaigns/$campaignId": {"/campaigns/{campaign}": TEXT},
    "/referrals": {"/referrals": TEXT},
    "/alerts": {"/alerts": TEXT},
    "/settings": {"/settings": "Time zone"},
    "/settings/staff": {"/settings/staff": TEXT},
    "/settings/keys": {"/settings/keys": TEXT},
    "/settings/issuers": {"/settings/issuers": TEXT},
    "/settings/limits": {"/settings/limits": TEXT},
    "/settings/audit": {"/settings/audit": "create_issuer", "/settings/audit?kind={text}&object={text}": "Nothing in"},
    "/settings/sessions": {"/settings/sessions": "this one"},
    "/integrity": {"/integrity": "What the accounts come to"},
    "/jobs": {"/jobs": "check_integrity"},
}
"""With `{noun}` for its id, and `{text}` for the text that everything is named by."""

AT_THE_DOOR = {"/sign-in", "/set-password", "/sign-in/oidc"}
"""Pages for those who have not signed in: tests/console/test_sign_in.py sees to them."""


def routes() -> set[str]:
    """Return what the router knows."""
    return set(re.findall(r"\bpath: '(/[^']*)'", ROUTER.read_text()))


def filled(text: str, ids: dict[str, str], route: str) -> dict[str, str]:
    """Return the addresses of a route, and what must be read there."""
    known = ids | {"text": text}
    return {path.format_map(known): said.format_map(known) for path, said in PLACES[route].items()}
