"""Slowing down whoever tries passwords. Owns `sign_in_attempts`.

Counted are attempts of one address of e-mail, whether anybody has it or not, and attempts from one network. An attempt
counts as failed from when it is made, so of many at once no more get through than of many in a row; one that succeeds
takes its count back. After some that are free, each failure doubles the time until the next attempt is taken. All
processes count together, by the database's clock; an hour without an attempt forgets them.
"""

import hashlib
from datetime import timedelta

from msgspec import Struct

from punchcard.db.connection import Db, Tx
from punchcard.errors import TooManyRequests

FORGOTTEN_AFTER = timedelta(hours=1)


class Pace(Struct, frozen=True):
    """So many failures are free; after each further one the wait doubles, from eight seconds up to `seconds_max`."""

    free: int
    seconds_max: int


ACCOUNT = Pace(free=5, seconds_max=300)
NETWORK = Pace(free=30, seconds_max=900)

# The wait is set with the attempt that exceeds what is free, for those after it.
COUNT = """
insert into sign_in_attempts as known (key, failures, last_at, next_at)
values ($1, 1, clock_timestamp(), clock_timestamp())
on conflict (key) do update set
    failures = case when known.last_at < clock_timestamp() - $2::interval then 1 else known.failures + 1 end,
    last_at = clock_timestamp(),
    next_at = clock_timestamp() + case
        when known.last_at < clock_timestamp() - $2::interval or known.failures + 1 < $3::integer then interval '0'
        else least(8 * 2 ^ least(known.failures + 1 - $3::integer, 20), $4::integer) * interval '1 second' end
where known.next_at <= clock_timestamp()
returning true
"""
WAIT = "select ceil(extract(epoch from next_at - clock_timestamp()))::integer from sign_in_attempts where key = $1"
TAKE_BACK = "update sign_in_attempts set failures = greatest(failures - 1, 0) where key = $1"
CLEAR = "delete from sign_in_attempts where key = $1"
FORGET = "delete from sign_in_attempts where last_at < clock_timestamp() - $1::interval"


class Attempt(Struct, frozen=True):
    """One attempt that is under way: what it counts for."""

    account: bytes | None
    network: bytes | None


async def begin(db: Db, email: str | None, network: str | None) -> Attempt:
    """Count an attempt as failed; None: is not counted. Raises: TooManyRequests, the same for whatever address."""
    attempt = Attempt(_key("account", email), _key("network", network))
    for key, pace in ((attempt.network, NETWORK), (attempt.account, ACCOUNT)):
        if key is None or await db.fetchval(COUNT, key, FORGOTTEN_AFTER, pace.free, pace.seconds_max):
            continue
        wait = max(1, await db.fetchval(WAIT, key) or 1)
        detail = f"Too many attempts to sign in; try again in {wait} s, or with a link from an owner."
        raise TooManyRequests(detail, headers={"Retry-After": str(wait)})
    return attempt


async def succeeded(db: Db | Tx, attempt: Attempt) -> None:
    """Take an attempt back that was no failure: the account starts anew."""
    if attempt.network is not None:
        await db.execute(TAKE_BACK, attempt.network)
    if attempt.account is not None:
        await db.execute(CLEAR, attempt.account)


async def forget(db: Db) -> None:
    """Drop the attempts that are an hour old."""
    await db.execute(FORGET, FORGOTTEN_AFTER)


def _key(kind: str, what: str | None) -> bytes | None:
    return None if what is None else hashlib.sha256(f"{kind}:{what}".encode()).digest()
