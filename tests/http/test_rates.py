"""Rate limits: so many requests a second of each caller, told by header fields, refused cheaply and never half way."""

import json
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import httpx2 as httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from punchcard.access.buckets import Buckets
from punchcard.access.principals import Kind, Principal
from punchcard.access.tenants import OwnRate
from punchcard.commands.create_tenant import create_tenant
from punchcard.config import Settings
from punchcard.db.connection import Db
from punchcard.db.embedded import Urls
from punchcard.errors import TooManyRequests
from punchcard.http.rates import Limit, Rates, drawn, left_in, limit
from tests.cli.conftest import punchcard
from tests.conftest import faults_in, served, server_environment
from tests.shop import Shop

TENANT = uuid4()
DEFAULTS = OwnRate()


def a_key(id: str = "a", tenant: UUID = TENANT) -> Principal:
    """Return a caller with a secret."""
    return Principal(tenant, Kind.SECRET, id, uuid4())


# the arithmetic ------------------------------------------------------------------------------------


def some_limit(rate: float, burst: float) -> Limit:
    """Return a limit."""
    found = limit("key", rate, burst, 1)
    assert found is not None
    return found


@given(
    st.integers(1, 1_000),
    st.integers(1, 1_000),
    st.lists(st.tuples(st.floats(0, 3), st.integers(1, 20)), min_size=1, max_size=200),
)
def test_a_bucket_never_gives_more_than_it_holds(rate: int, burst: int, calls: list[tuple[float, int]]) -> None:
    """Within any stretch of time at most `burst` are taken and what flows in meanwhile; batches are paid for later."""
    bounds = some_limit(rate, burst)
    full_at, now = 0.0, 1_000.0
    taken: list[tuple[float, int]] = []
    for pause, count in calls:
        now += pause
        if left_in(full_at, bounds, now) >= 1:
            full_at = drawn(full_at, bounds, now, count)
            taken.append((now, count))
    for first, (begin, _) in enumerate(taken):
        spent = 0
        for at, count in taken[first:]:
            # What the last one draws beyond its first request is a debt, which those after it wait for.
            assert spent + 1 <= burst + rate * (at - begin) + 1e-6
            spent += count


@given(st.integers(1, 1_000), st.integers(1, 1_000), st.integers(0, 5_000), st.floats(0, 100))
def test_a_bucket_fills_up_and_no_further(rate: int, burst: int, drawn_first: int, pause: float) -> None:
    """After a pause there is what was left and what flowed in; after a long one exactly the burst."""
    bounds = some_limit(rate, burst)
    full_at = drawn(0.0, bounds, 1_000.0, drawn_first)
    expected = min(burst, burst - drawn_first + rate * pause)
    assert left_in(full_at, bounds, 1_000.0 + pause) == pytest.approx(expected, abs=1e-6)
    assert left_in(full_at, bounds, 1e9) == burst


def test_the_share_of_one_process() -> None:
    """Of several processes each takes its share, of the rate and of the burst, but for one request at least."""
    assert limit("key", 100, 400, 4) == Limit("key", 25, 100, '"key";q=100;w=4')
    assert limit("key", 100, 400, 3) == Limit("key", 100 / 3, 400 / 3, '"key";q=133;w=4')
    assert limit("user", 5, 2, 10) == Limit("user", 0.5, 1, '"user";q=1;w=2')
    assert limit("key", 0, 400, 1) is None


def test_the_memory_is_bounded() -> None:
    """However many callers there are, only the last are kept; who is forgotten has been idle, and has a full bucket."""
    buckets = Buckets(1_000)
    rates = Rates(Settings(), buckets)
    for number in range(5_000):
        rates.admit(a_key(f"caller {number}"), DEFAULTS)
        assert len(buckets) <= 1_000
    for number in range(50_000):
        buckets.keep(number, 1.0)
    assert len(buckets) <= 1_000
    assert buckets.full_at(49_999) == 1.0
    assert buckets.full_at(0) == 0.0


def test_a_busy_caller_is_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody with many names cannot wash away the bucket of one that is in use."""
    monkeypatch.setattr("punchcard.clock.monotonic_seconds", lambda: 1_000.0)
    rates = Rates(Settings(key_rate_burst=200), Buckets(100))
    admitted = 0
    for number in range(400):
        rates.admit(a_key(f"another {number}"), DEFAULTS)
        try:
            rates.admit(a_key("busy"), DEFAULTS)
        except TooManyRequests:
            continue
        admitted += 1
    assert admitted == 200


def test_what_tells_callers_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each secret, client and end user of each tenant has a bucket; the API key alone has none."""
    monkeypatch.setattr("punchcard.clock.monotonic_seconds", lambda: 1_000.0)
    rates = Rates(Settings(key_rate_burst=1, user_rate_burst=1))
    callers = [
        a_key(), a_key("b"), a_key(tenant=uuid4()),
        Principal(TENANT, Kind.ADMIN, "a"), Principal(TENANT, Kind.USER, "a"),
    ]  # fmt: skip
    for caller in callers:
        assert rates.admit(caller, DEFAULTS)
    for caller in callers:
        with pytest.raises(TooManyRequests):
            rates.admit(caller, DEFAULTS)
    for _ in range(3):
        assert rates.admit(Principal(TENANT, Kind.KEY), DEFAULTS) == {}


def test_zero_is_no_limit() -> None:
    """Where a limit is 0 nothing is counted and nothing told; a tenant may have one of its own even so."""
    rates = Rates(Settings(key_rate_limit=0, user_rate_limit=0))
    for _ in range(2_000):
        assert rates.admit(a_key(), DEFAULTS) == {}
        assert rates.admit(Principal(TENANT, Kind.USER, "ada"), OwnRate(1, 1)) == {}
    assert rates.admit(a_key(), OwnRate(1, 1))
    with pytest.raises(TooManyRequests):
        rates.admit(a_key(), OwnRate(1, 1))


def test_a_new_rate_begins_with_a_full_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has used up a slow rate need not wait at a quick one for what the slow one would have taken."""
    monkeypatch.setattr("punchcard.clock.monotonic_seconds", lambda: 1_000.0)
    rates = Rates(Settings())
    rates.charge_batch(a_key(), OwnRate(1, 1), 100_000)
    with pytest.raises(TooManyRequests) as refused:
        rates.admit(a_key(), OwnRate(1, 1))
    assert int(refused.value.headers["Retry-After"]) > 900
    assert rates.admit(a_key(), DEFAULTS)["RateLimit"] == '"key";r=399;t=1'


# through the API -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def limited(urls: Urls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a server whose buckets hold 30 requests, a user's 5, and get one back in 1,000 s: within no test, that is."""
    log = tmp_path_factory.mktemp("limited") / "log"
    settings = {"KEY_RATE_LIMIT": "1", "KEY_RATE_BURST": "30000", "USER_RATE_LIMIT": "1", "USER_RATE_BURST": "5000"}
    settings["PROCESSES"] = "1000"  # one of so many, which share one request a second
    environment = server_environment(urls, **{f"PUNCHCARD_{name}": value for name, value in settings.items()})
    with served(environment, log=log) as (address, _):
        yield address
    assert not faults_in(log)


@pytest.fixture
async def slow(db: Db, server: str, limited: str) -> AsyncIterator[tuple[Shop, Shop]]:
    """Make a shop, and return it as the unlimited server shows it, and as the limited one does."""
    tenant = await create_tenant(db, "A shop with limits")
    with Shop(server, tenant) as open_handed, Shop(limited, tenant) as strict:
        yield open_handed, strict


def until_refused(shop: Shop, bearer: str, **body: object) -> tuple[list[httpx.Response], httpx.Response]:
    """Report visits until one is refused for its rate; return the answers before, and that one."""
    answers: list[httpx.Response] = []
    for number in range(200):
        event = {"type": "PURCHASED_COFFEE", "payload": {"total": number}, **body}
        answer = shop.call("POST", "/v1/events", event, bearer=bearer)
        if answer.status_code == 429:
            return answers, answer
        answers.append(answer)
    raise AssertionError("nothing was refused")


def wait_for(shop: Shop, policy: str | None) -> None:
    """Wait until a server goes by a rate that was changed: it hears of that a moment after the change was answered."""
    while shop.call("GET", "/v1/tenant/").headers.get("ratelimit-policy") != policy:
        pass


def test_a_till_that_runs_away(slow: tuple[Shop, Shop]) -> None:
    """A secret has its burst, then 429 with Retry-After and RateLimit; another caller is not held up."""
    shop, strict = slow
    user = shop.cafe()
    before, refused = until_refused(strict, shop.secret(), subject=user["id"])
    assert [answer.status_code for answer in before] == [200] * 30
    body = refused.json()
    assert (body["code"], body["status"]) == ("too_many_requests", 429)
    assert "0.001 requests a second, 30 at once" in body["detail"]
    assert refused.headers["content-type"] == "application/problem+json"
    wait = refused.headers["retry-after"]
    assert 0 < int(wait) <= 1_000
    assert refused.headers["ratelimit-policy"] == '"key";q=30;w=30000'
    assert refused.headers["ratelimit"] == f'"key";r=0;t={wait}'
    assert shop.balance(user) == sum(range(len(before)))
    assert strict.report(user, 1_000).status_code == 200, "the administrator has a bucket of her own"


def test_every_answer_tells_what_is_left(slow: tuple[Shop, Shop]) -> None:
    """Successes and refusals alike carry RateLimit and RateLimit-Policy; the API key alone learns nothing."""
    shop, strict = slow
    secret = (shop.cafe(), shop.secret())[1]
    found = strict.call("POST", "/v1/events", {"type": "PURCHASED_COFFEE", "subject": "ada"}, bearer=secret)
    wrong = strict.call("POST", "/v1/events", {"type": "PURCHASED_COFFEE", "subject": "nobody"}, bearer=secret)
    unread = strict.call("POST", "/v1/events", b"{", bearer=secret)
    assert [answer.status_code for answer in (found, wrong, unread)] == [422, 422, 400]
    left = [answer.headers["ratelimit"] for answer in (found, wrong, unread)]
    assert [int(told.split(";")[1].removeprefix("r=")) for told in left] == [29, 28, 27]
    assert all(answer.headers["ratelimit-policy"] == '"key";q=30;w=30000' for answer in (found, wrong, unread))
    alone = strict.http.get("/v1/events/", headers={"X-Api-Key": str(shop.tenant.api_key)})
    assert (alone.status_code, "ratelimit" in alone.headers) == (401, False)


def test_an_end_user_has_far_less(slow: tuple[Shop, Shop]) -> None:
    """An end user's token has the user's limit; another user's is another one."""
    shop, strict = slow
    shop.event_type(private=False)
    ada, bob = shop.user("ada"), shop.user("bob")
    before, refused = until_refused(strict, shop.user_token(ada))
    assert len(before) == 5
    assert refused.headers["ratelimit-policy"] == '"user";q=5;w=5000'
    wallet = f"/v1/users/{bob['id']}/wallet"
    assert strict.call("GET", wallet, bearer=shop.user_token(bob)).status_code == 200


def test_refused_before_the_body_is_read_as_json(slow: tuple[Shop, Shop]) -> None:
    """Who is over the limit learns that, whatever the body holds; an unsupported media type is still told first."""
    shop, strict = slow
    user = shop.cafe()
    secret = shop.secret()
    until_refused(strict, secret, subject=user["id"])
    with httpx.Client(base_url=strict.address) as http:
        headers = strict.headers(secret) | {"Content-Type": "application/json"}
        answers = [http.post("/v1/events", content=body, headers=headers) for body in (b"{", b"[" * 10_000, b"")]
    assert {answer.status_code for answer in answers} == {429}


def test_a_batch_counts_by_the_hundred_and_is_never_refused_half_way(slow: tuple[Shop, Shop]) -> None:
    """One request for each 100 events or part of them; what the bucket lacks is owed, and the next request waits."""
    shop, strict = slow
    user = shop.cafe()
    secret = shop.secret()
    purchase = {"type": "PURCHASED_COFFEE", "subject": user["id"]}

    def left_after(size: int, first: int) -> int:
        batch = [{**purchase, "payload": {"total": 1, "items": [first + place]}} for place in range(size)]
        answer = strict.call("POST", "/v1/events/batch", batch, bearer=secret)
        assert answer.status_code == 200
        assert {one["status"] for one in answer.json()["data"]} == {200}
        told = strict.call("POST", "/v1/events", purchase | {"payload": {"total": -1}}, bearer=secret)
        return int(told.headers["ratelimit"].split(";")[1].removeprefix("r="))

    assert left_after(100, 0) == 28
    assert left_after(101, 1_000) == 25
    debts = [strict.call("POST", "/v1/events/batch", [purchase] * 1_000, bearer=secret).status_code for _ in range(5)]
    assert debts == [200, 200, 200, 429, 429]
    over = strict.call("POST", "/v1/events", purchase, bearer=secret)
    assert over.status_code == 429
    assert 5_000 < int(over.headers["retry-after"]) <= 6_000  # five are owed, and one is wanted


def test_a_tenant_has_a_rate_of_its_own(slow: tuple[Shop, Shop]) -> None:
    """PATCH /v1/tenant/ gives the tenant's keys another rate, and null the server's again; users are not concerned."""
    shop, strict = slow
    told = shop.done("GET", "/v1/tenant/")
    assert (told["rateLimit"], told["rateBurst"]) == (None, None)
    changed = shop.done("PATCH", "/v1/tenant/", {"rateLimit": 7})
    assert (changed["rateLimit"], changed["rateBurst"]) == (7, None)
    changed = shop.done("PATCH", "/v1/tenant/", {"rateBurst": 14})
    assert shop.done("GET", "/v1/tenant/") == changed
    assert (changed["rateLimit"], changed["rateBurst"]) == (7, 14)
    # Here the server has no limit for keys at all.
    wait_for(shop, '"key";q=14;w=2')
    shop.done("PATCH", "/v1/tenant/", {"rateLimit": None, "rateBurst": None})
    wait_for(shop, None)
    assert strict.call("GET", "/v1/tenant/").headers["ratelimit-policy"] == '"key";q=30;w=30000'


def test_what_each_caller_has_left(slow: tuple[Shop, Shop]) -> None:
    """GET /v1/rate_limits tells what holds and whose bucket is how empty, the emptiest first, without drawing any."""
    shop, strict = slow
    shop.cafe()
    secret = shop.secret()
    until_refused(strict, secret, subject="ada")
    told = strict.done("GET", "/v1/rate_limits")
    assert (told["key"], told["user"]) == ({"rate": 1, "burst": 30_000}, {"rate": 1, "burst": 5_000})
    assert (told["isOwn"], told["rateMax"], told["eventsARequest"]) == (False, 1_000, 100)
    first = told["callers"][0]
    assert (first["kind"], first["name"], first["eventType"]) == ("SECRET", "default", "PURCHASED_COFFEE")
    assert (first["left"], first["burst"], 29_000 < first["fullInSeconds"] <= 30_000) == (0, 30, True)
    assert secret not in str(told)
    console = next(one for one in told["callers"] if one["kind"] == "CONSOLE")
    assert (console["name"], console["left"], console["fullInSeconds"]) == (None, 30, 0)
    # Here the server has no limit for keys, until the tenant has one of its own.
    assert shop.done("GET", "/v1/rate_limits")["callers"] == []
    shop.done("PATCH", "/v1/tenant/", {"rateLimit": 7, "rateBurst": 14})
    own = shop.done("GET", "/v1/rate_limits")
    assert (own["key"], own["isOwn"]) == ({"rate": 7, "burst": 14}, True)
    assert {caller["burst"] for caller in own["callers"]} == {14}


@pytest.mark.parametrize("name", ["rateLimit", "rateBurst"])
@pytest.mark.parametrize("rate", [0, -1, 1.5, "7", True, 1_001, 10**30], ids=str)
def test_what_a_tenant_may_not_have(shop: Shop, name: str, rate: object) -> None:
    """No limit at all, or one beyond PUNCHCARD_KEY_RATE_LIMIT_MAX, is the operator's to give: 422 with a pointer."""
    answer = shop.call("PATCH", "/v1/tenant/", {name: rate})
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [f"/{name}"]
    assert shop.done("GET", "/v1/tenant/")[name] is None


def test_what_was_refused_is_counted(slow: tuple[Shop, Shop]) -> None:
    """The metrics say how many requests were refused, by policy."""
    shop, strict = slow

    def refused() -> float:
        lines = strict.http.get("/metrics").text.splitlines()
        told = [line for line in lines if line.startswith('punchcard_rate_limited_total{policy="key"}')]
        return float(told[0].split()[-1]) if told else 0.0

    shop.cafe()
    secret, before = shop.secret(), refused()
    until_refused(strict, secret, subject="ada")
    assert refused() == before + 1


def test_two_processes_and_their_tolerance(slow: tuple[Shop, Shop], urls: Urls, tmp_path: Path) -> None:
    """Two processes that know of each other let at most one limit through; that they share it is the tolerance."""
    shop, _ = slow
    user = shop.cafe()
    environment = server_environment(
        urls, PUNCHCARD_KEY_RATE_LIMIT="1", PUNCHCARD_KEY_RATE_BURST="30", PUNCHCARD_PROCESSES="2"
    )
    with (
        served(environment, log=tmp_path / "one") as (one, _),
        served(environment, log=tmp_path / "two") as (two, _),
        Shop(one, shop.tenant) as first,
        Shop(two, shop.tenant) as second,
    ):
        secret, began, admitted = shop.secret(), time.monotonic(), 0
        for branch in (first, second):
            before, refused = until_refused(branch, secret, subject=user["id"])
            assert len(before) >= 15
            assert refused.headers["retry-after"] in ("1", "2")  # half a request comes back in a second
            assert refused.headers["ratelimit-policy"] == '"key";q=15;w=30'
            admitted += len(before)
        assert admitted <= 30 + (time.monotonic() - began)


def test_an_import_waits_for_as_long_as_it_is_told(urls: Urls, tmp_path: Path, shop: Shop) -> None:
    """`punchcard events import` goes on after each 429 when Retry-After is over, and records every row once."""
    user = shop.cafe()
    rows = [
        {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": 1, "items": [row]}}
        for row in range(100)
    ]
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    environment = server_environment(urls, PUNCHCARD_KEY_RATE_LIMIT="1", PUNCHCARD_KEY_RATE_BURST="1")
    with served(environment, log=tmp_path / "log") as (address, _):
        keys = {
            "API_KEY": str(shop.tenant.api_key),
            "CLIENT_ID": shop.tenant.client_id,
            "CLIENT_SECRET": shop.tenant.client_secret,
        }
        done = punchcard("events", "import", str(file), "--json", "--batch", "20", URL=address, **keys)
        told = httpx.get(f"{address}/metrics").text
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert (summary["rows"], summary["recorded"], summary["recordedBefore"]) == (100, 100, 0)
    assert shop.balance(user) == 100
    (line,) = [line for line in told.splitlines() if line.startswith("punchcard_rate_limited_total{")]
    assert float(line.split()[-1]) >= 1, "the import was never over the limit, so this has shown nothing"
