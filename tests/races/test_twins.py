"""The same event many times at once: one is recorded, and every other caller is told which."""

from collections.abc import Awaitable, Callable

import pytest

from tests.oracle.crowd import event
from tests.sizes import rounds

from .conftest import CROWD, Town

TWINS = 24


@pytest.mark.parametrize("branches", [1, 2], ids=["one-process", "two-processes"])
async def test_twins_are_one_event(towns: Callable[..., Awaitable[Town]], branches: int) -> None:
    """Of 24 twins sent at once, one gets 200, and 23 get 409 with that one's id; twenty times."""
    town = await towns(branches=branches)
    user = town.shop.cafe()
    for _ in range(20):
        same = town.purchase(user, 10)
        answers = await town.crowd.at_once([event(same)] * TWINS)
        (original,) = [answer.data for answer in answers if answer.status == 200]
        refused = [answer for answer in answers if answer.status == 409]
        assert len(refused) == TWINS - 1
        assert {answer.json["event"]["id"] for answer in refused} == {original["id"]}
        assert {answer.json["title"] for answer in refused} == {"Event Already Exists"}
    findings = await town.verdict(f"twins over {branches}")
    assert findings.counts["duplicates refused"] == 20 * (TWINS - 1)


@pytest.mark.figure(name="R04")
async def test_a_hundred_keys_of_32_twins(town: Town) -> None:
    """R04: of 100 events, each sent 32 times at once through two processes, each is recorded once."""
    users = [town.shop.cafe(), *(town.shop.user() for _ in range(9))]
    keys = 0
    for number in rounds("R04 keys x 32"):
        keys = number + 1
        answers = await town.crowd.at_once([event(town.purchase(users[number % 10]))] * CROWD)
        assert sorted(answer.status for answer in answers) == [200] + [409] * (CROWD - 1)
    findings = await town.verdict(f"{keys} keys x 32")
    assert findings.counts["events recorded"] == keys
    assert findings.counts["ledger entries"] == keys


async def test_twins_inside_batches_and_beside_them(town: Town) -> None:
    """Twins in one batch, in two batches at once and beside them are one event."""
    user = town.shop.cafe()
    for _ in range(10):
        same, others = town.purchase(user), [town.purchase(user) for _ in range(5)]
        await town.crowd.at_once(
            [lambda reporter, sent=[same, *others, same]: reporter.batch(sent)] * 4 + [event(same)] * 8
        )
    findings = await town.verdict("twins in batches")
    assert findings.counts["events recorded"] == 60
