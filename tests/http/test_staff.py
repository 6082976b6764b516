"""Staff: signing in by e-mail and password, what slows a guesser down, and what ends a session."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from punchcard.access import passwords
from punchcard.access.passwords import fault_of
from punchcard.db.connection import Db
from tests.http.browser import Browser
from tests.shop import Shop

PASSWORD = "seven quiet coffee cups"
OTHER = "eight louder coffee cups"
HELD = "update sign_in_attempts set next_at = last_at + interval '1 hour' where failures = 5"
LONGEST = "select max(next_at - last_at) from sign_in_attempts where failures = 6"
CROSS_SITE: list[dict[str, str | None]] = [
    {"Origin": "https://evil.example"}, {"Origin": None}, {"Sec-Fetch-Site": "cross-site"},
]  # fmt: skip
LATER = "update sign_in_attempts set next_at = clock_timestamp()"
People = Callable[..., Browser]


@pytest.fixture
def email() -> str:
    """Make an address that no other test has."""
    return f"ada.{uuid4().hex[:12]}@cafe.example"


@pytest.fixture
def open_browser(server: str) -> Iterator[Callable[[], Browser]]:
    """Return a function that opens a browser which nobody has signed in with."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(Browser(server))


@pytest.fixture
def person(shop: Shop, open_browser: Callable[[], Browser], email: str) -> Callable[..., tuple[Any, Browser]]:
    """Return a function that adds somebody, who sets a password and is signed in by that."""

    def made(role: str = "OWNER", *, address: str = email, at: Shop = shop) -> tuple[Any, Browser]:
        added = at.done("POST", "/v1/staff/", {"email": address, "role": role})
        browser = open_browser()
        answer = browser.call("POST", "/console/password", {"token": added["passwordToken"], "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return added, browser

    return made


def enter(browser: Browser, email: str, password: str = PASSWORD, **more: Any) -> Any:
    """Sign in by address and password."""
    return browser.call("POST", "/console/session", {"email": email, "password": password, **more})


def words_of(answer: Any) -> tuple[int, dict[str, Any]]:
    """Return a refusal apart from its requestId."""
    return answer.status_code, {name: value for name, value in answer.json().items() if name != "requestId"}


async def test_somebody_is_added_sets_a_password_and_signs_in(
    shop: Shop, person: Callable[..., tuple[Any, Browser]], open_browser: Callable[[], Browser], email: str
) -> None:
    """A link sets the password once; then the address, in any case, and the password open the console by name."""
    added, browser = person("MANAGER")
    again = browser.call("POST", "/console/password", {"token": added["passwordToken"], "password": OTHER})
    assert (again.status_code, again.json()["code"]) == (401, "credentials_refused")
    later = open_browser()
    session = enter(later, email.upper()).json()["data"]
    who = f"admin:staff:{added['id']}"
    assert (session["principal"], session["role"], session["email"]) == (who, "MANAGER", email)
    assert later.set_cookie.split("; ")[1:] == ["Path=/", "HttpOnly", "SameSite=Strict"]
    user = shop.cafe()
    event = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": 7}}
    assert later.call("POST", "/v1/events", event).json()["data"]["reporter"] == who
    assert later.call("PATCH", f"/v1/event_types/{event['type']}", {"description": "Sold"}).status_code == 200
    assert shop.done("GET", "/v1/audit/?limit=1")[0]["principal"] == who
    shown = shop.done("GET", f"/v1/staff/{added['id']}")
    assert (shown["hasPassword"], shown["signedInAt"] is not None) == (True, True)


async def test_nobody_learns_who_is_there(
    shop: Shop, person: Callable[..., tuple[Any, Browser]], open_browser: Callable[[], Browser], email: str
) -> None:
    """T51: an unknown address, a wrong password, one not set yet and a removed person get the same bytes."""
    person()
    waiting, removed = f"b.{email}", f"c.{email}"
    shop.done("POST", "/v1/staff/", {"email": waiting, "role": "VIEWER"})
    gone, _ = person("VIEWER", address=removed)
    shop.done("DELETE", f"/v1/staff/{gone['id']}")
    browser = open_browser()
    answers = [words_of(enter(browser, one, OTHER)) for one in (email, waiting, removed, f"nobody.{email}", "x", "'--")]
    assert {status for status, _ in answers} == {401}
    assert [words for _, words in answers] == [answers[0][1]] * len(answers)
    assert words_of(enter(browser, removed))[1] == answers[0][1]


async def test_as_much_is_computed_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """T51: one hash is verified whether somebody has a password or not, so the time tells nothing."""
    hashed, fits = await passwords.hash_of(PASSWORD), passwords._fits
    verified: list[str] = []

    def counted(kept: str, password: str) -> bool:
        verified.append(kept)
        return fits(kept, password)

    monkeypatch.setattr(passwords, "_fits", counted)
    assert [await passwords.fits(PASSWORD, kept) for kept in (hashed, None)] == [True, False]
    assert [kept.split("$")[1:4] for kept in verified] == [hashed.split("$")[1:4]] * 2


async def test_guessing_is_slowed_down(
    person: Callable[..., tuple[Any, Browser]], open_browser: Callable[[], Browser], db: Db, email: str
) -> None:
    """T51: of many guesses at once five are judged and the rest wait, the right one too; for nobody's address alike."""
    person()
    browsers = [open_browser() for _ in range(7)]
    for address in (email, f"nobody.{email}"):
        answers = await asyncio.gather(*(asyncio.to_thread(enter, one, address, OTHER) for one in browsers))
        assert sorted(answer.status_code for answer in answers) == [401] * 5 + [429] * 2
        await db.execute(HELD)
        refused = enter(browsers[0], address)
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
        assert 0 < int(refused.headers["Retry-After"]) <= 3600
    await db.execute(LATER)
    assert enter(browsers[0], email, OTHER).status_code == 401
    assert await db.fetchval(LONGEST) == timedelta(seconds=16)
    await db.execute(LATER)
    assert enter(browsers[0], email).status_code == 200
    assert enter(browsers[0], email, OTHER).status_code == 401, "a success lets the count begin anew"


async def test_a_role_counts_from_the_next_call_on(shop: Shop, person: Callable[..., tuple[Any, Browser]]) -> None:
    """T53: whoever is lowered while signed in is refused at once, whoever is removed is signed out at once."""
    added, browser = person("OWNER")
    assert browser.call("GET", "/v1/staff/").status_code == 200
    shop.done("PATCH", f"/v1/staff/{added['id']}", {"role": "VIEWER"})
    refused = browser.call("GET", "/v1/staff/")
    assert (refused.status_code, refused.json()["code"]) == (403, "owner_required")
    assert browser.call("GET", "/console/session").json()["data"]["role"] == "VIEWER"
    assert browser.call("PATCH", f"/v1/staff/{added['id']}", {"role": "OWNER"}).status_code == 403
    shop.done("DELETE", f"/v1/staff/{added['id']}")
    assert browser.call("GET", "/v1/tenant/").status_code == 401


async def test_nobody_gives_a_role_above_the_own(shop: Shop, email: str) -> None:
    """T57: INTEGRATION is for machines; an address is taken once, whoever was removed may come back."""
    assert shop.call("POST", "/v1/staff/", {"email": email, "role": "INTEGRATION"}).status_code == 422
    first = shop.done("POST", "/v1/staff/", {"email": email, "role": "OWNER"})
    taken = shop.call("POST", "/v1/staff/", {"email": email.upper(), "role": "VIEWER"})
    assert (taken.status_code, taken.json()["code"]) == (409, "name_taken")
    shop.done("DELETE", f"/v1/staff/{first['id']}")
    assert shop.done("POST", "/v1/staff/", {"email": email, "role": "VIEWER"})["id"] != first["id"]
    assert shop.call("PATCH", f"/v1/staff/{first['id']}", {"name": "Ada"}).status_code == 409


async def test_ones_own_sessions(
    person: Callable[..., tuple[Any, Browser]], open_browser: Callable[[], Browser], email: str
) -> None:
    """Everybody sees the own sessions and no others, ends one, and signs out everywhere (T53)."""
    _, here = person()
    there, third = open_browser(), open_browser()
    _, somebody_else = person(address=f"b.{email}")
    assert enter(there, email).status_code == enter(third, email).status_code == 200
    listed = here.call("GET", "/console/sessions").json()["data"]
    assert [one["isThis"] for one in listed] == [False, False, True]
    assert {one["begunBy"] for one in listed} == {"PASSWORD"}
    assert here.call("DELETE", f"/console/sessions/{listed[0]['id']}").json()["data"] == {"ended": 1}
    assert [one.call("GET", "/v1/tenant/").status_code for one in (here, there, third)] == [200, 200, 401]
    assert somebody_else.call("DELETE", f"/console/sessions/{listed[1]['id']}").status_code == 404
    assert here.call("DELETE", "/console/sessions").json()["data"] == {"ended": 2}
    assert here.cookies == {}
    assert there.call("GET", "/v1/tenant/").status_code == 401
    assert somebody_else.call("GET", "/v1/tenant/").status_code == 200


async def test_another_password_ends_all_sessions(
    person: Callable[..., tuple[Any, Browser]], open_browser: Callable[[], Browser], email: str
) -> None:
    """Changing the password takes the current one, keeps this browser signed in by a new cookie, and nobody else."""
    _, here = person()
    thief = open_browser()
    thief.cookies = dict(here.cookies)
    change = {"current": OTHER, "password": OTHER}
    assert thief.call("PUT", "/console/password", change).status_code == 403
    weak = here.call("PUT", "/console/password", {"current": PASSWORD, "password": "short"})
    assert [one["pointer"] for one in weak.json()["errors"]] == ["/password"]
    assert here.call("PUT", "/console/password", {"current": PASSWORD, "password": OTHER}).status_code == 200
    assert [one.call("GET", "/v1/tenant/").status_code for one in (here, thief)] == [200, 401]
    assert [enter(open_browser(), email, one).status_code for one in (PASSWORD, OTHER)] == [401, 200]


async def test_a_reset_takes_password_and_sessions_away(
    shop: Shop, person: Callable[..., tuple[Any, Browser]], open_browser: Callable[[], Browser], email: str
) -> None:
    """After a reset neither the password nor a session opens anything; the newest link does, once, of two at once."""
    added, here = person()
    tokens = [shop.done("POST", f"/v1/staff/{added['id']}/reset")["passwordToken"] for _ in range(2)]
    assert here.call("GET", "/v1/tenant/").status_code == 401
    assert enter(open_browser(), email).status_code == 401
    used = [{"token": token, "password": OTHER} for token in (tokens[0], tokens[1], tokens[1])]
    browsers = [open_browser() for _ in used]
    answers = await asyncio.gather(
        *(
            asyncio.to_thread(one.call, "POST", "/console/password", body)
            for one, body in zip(browsers, used, strict=True)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401]
    assert answers[0].status_code == 401


async def test_several_tenants_know_one_address(
    shop: Shop, open_shop: Callable[[], Awaitable[Shop]], person: Callable[..., tuple[Any, Browser]],
    open_browser: Callable[[], Browser], email: str,
) -> None:  # fmt: skip
    """Without a tenant somebody gets in where the last sign-in was; the API key names another; passwords are apart."""
    other = await open_shop()
    person()
    added = other.done("POST", "/v1/staff/", {"email": email, "role": "OWNER"})
    browser = open_browser()
    browser.call("POST", "/console/password", {"token": added["passwordToken"], "password": OTHER})
    assert enter(browser, email, PASSWORD).status_code == 401
    here, there = (str(one.tenant.api_key) for one in (shop, other))
    assert enter(browser, email, OTHER).json()["data"]["tenant"]["apiKey"] == there
    assert enter(browser, email, PASSWORD, apiKey=here).json()["data"]["tenant"]["apiKey"] == here
    assert enter(browser, email, PASSWORD, apiKey=there).status_code == 401


async def test_no_other_site_signs_anybody_in(open_browser: Callable[[], Browser], shop: Shop, email: str) -> None:
    """T54: signing in, setting a password and beginning a sign-in elsewhere take the console's own pages, and JSON."""
    token = shop.done("POST", "/v1/staff/", {"email": email, "role": "OWNER"})["passwordToken"]
    browser = open_browser()
    calls: list[tuple[str, str, Any]] = [
        ("POST", "/console/session", {"email": email, "password": PASSWORD}),
        ("POST", "/console/password", {"token": token, "password": PASSWORD}),
        ("PUT", "/console/password", {"current": PASSWORD, "password": OTHER}),
        ("POST", "/console/oidc", {}),
    ]
    for method, path, body in calls:
        for headers in CROSS_SITE:
            assert browser.call(method, path, body, headers=headers).status_code == 403
        assert browser.call(method, path, body, headers={"Content-Type": "text/plain"}).status_code == 415
    assert browser.call(*calls[1]).status_code == 200


async def test_links_do_not_follow_the_host_header(shop: Shop, email: str) -> None:
    """T58: what is told for setting a password holds no address, whatever Host, Forwarded and Origin say."""
    poisoned = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    answer = shop.call("POST", "/v1/staff/", {"email": email, "role": "OWNER"}, headers=poisoned)
    assert answer.status_code == 200
    assert "evil" not in answer.text
    assert answer.json()["data"]["passwordToken"].startswith("pcn_")


async def test_nothing_that_opens_can_be_read_in_the_database(
    person: Callable[..., tuple[Any, Browser]], shop: Shop, db: Db
) -> None:
    """Passwords lie there as Argon2id with OWASP's parameters, links and sessions as digests, in no log at all."""
    added, browser = person()
    rows = await db.fetch("select * from staff where tenant_id = $1", shop.tenant.tenant_id)
    assert rows[0]["password_hash"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    token = shop.done("POST", f"/v1/staff/{added['id']}/reset")["passwordToken"]
    logged = shop.call("GET", "/v1/audit/?limit=20").text
    assert all(secret not in logged for secret in (PASSWORD, token, added["passwordToken"], *browser.cookies.values()))


@pytest.mark.parametrize(
    ("password", "is_taken"),
    [
        ("elevenchars", False), ("twelve chars", True), ("aaaaaaaaaaaaaaaa", False), ("ababababababab", False),
        ("ada.lovelace@cafe.example", False), ("adalovelace", False), ("x" * 201, False), ("ünï¢øðé wörds", True),
    ],
)  # fmt: skip
def test_passwords_that_are_guessed_first_are_refused(password: str, is_taken: bool) -> None:  # noqa: FBT001
    """Length and variety are asked for, and no classes of characters."""
    assert (fault_of(password, "ada.lovelace@cafe.example") is None) == is_taken
