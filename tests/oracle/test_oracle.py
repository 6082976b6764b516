"""The oracle finds nothing wrong with what is right, and finds each way of being wrong."""

import ast
import copy
import json
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from punchcard.db.embedded import Urls
from tests.oracle.check import examine
from tests.oracle.crowd import Crowd, event, purchase
from tests.oracle.dump import Dump, dump
from tests.oracle.journal import Attempt, read
from tests.shop import Shop, fixed

History = tuple[list[Attempt], Dump]


def test_the_oracle_imports_nothing_of_the_product() -> None:
    """The oracle knows the engine by its answers and its tables alone."""
    for path in Path(__file__).parent.glob("[!t]*.py"):
        names = [
            name
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, (ast.Import, ast.ImportFrom))
            for name in (
                [node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names]
            )
        ]
        foreign = {name for name in names if name.partition(".")[0] not in {*sys.stdlib_module_names, "asyncpg"}}
        assert all(name.startswith("tests.oracle") for name in foreign), (path, foreign)


@pytest.fixture(scope="module")
def histories() -> dict[str, History]:
    """Keep the history that was made once for this module."""
    return {}


@pytest.fixture
async def history(histories: dict[str, History], shop: Shop, urls: Urls, tmp_path: Path) -> History:
    """Return a copy of a small true history: events, twins, keys, limits, purchases."""
    if not histories:
        ada, bob = shop.cafe(), shop.user()
        shop.reactor(fixed(25), constraint={"properties": {"total": {"minimum": 50}}}, maxActivations=1)
        shop.reactor(reactions=[{"type": "WEBHOOK", "url": "https://example.org/told"}], name="A webhook")
        buying = {"rewardId": shop.reward(10, stockCapacity=1)["id"], "beneficiaryId": ada["id"]}
        sent = [
            {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": total}}
            for user in (ada, bob)
            for total in (50, 60.5, 7)
        ]
        async with Crowd([shop.address], shop.headers(), tmp_path / "journal", 1) as crowd:
            await crowd.work_off([*map(event, sent), event(sent[0]), purchase(buying), purchase(buying)])
            await crowd.work_off([event(sent[0] | {"payload": {"total": 1}}, "a key")] * 2)
        histories["true"] = (read(tmp_path / "journal"), await dump(urls.owner, shop.tenant.tenant_id))
    return copy.deepcopy(histories["true"])


def first_of(attempts: list[Attempt], outcome: str, kind: str = "event") -> Attempt:
    """Return the first attempt that ended so."""
    return next(attempt for attempt in attempts if (attempt.outcome, attempt.kind) == (outcome, kind))


def lose(attempts: list[Attempt], dump: Dump) -> None:
    """Lose an acknowledged event, with all that followed from it."""
    lost = first_of(attempts, "ok").answer["id"]
    dump.events = [row for row in dump.events if str(row["id"]) != lost]


def twin(attempts: list[Attempt], dump: Dump) -> None:
    """Record an event once more, 59 s later."""
    again = next(row for row in dump.events if str(row["id"]) == first_of(attempts, "ok").answer["id"])
    dump.events.append(again | {"reported_at": again["reported_at"] + timedelta(seconds=59)})


def refuse_and_keep(attempts: list[Attempt], _: Dump) -> None:
    """Answer 503 "nothing was recorded" for an event that is recorded."""
    attempt = first_of(attempts, "ok")
    attempt.outcome, attempt.status, attempt.answer = "fail", 503, {"code": "unavailable"}


def name_another(attempts: list[Attempt], _: Dump) -> None:
    """Name an event in a 409 that is no twin."""
    refused = next(attempt for attempt in attempts if attempt.answer.get("code") == "event_already_exists")
    refused.answer["event"]["id"] = attempts[1].answer["id"]


def change_the_payload(_: list[Attempt], dump: Dump) -> None:
    """Record another payload than the one reported."""
    next(row for row in dump.events if row["payload"].get("total") == 7)["payload"]["total"] = 8


def double_the_points(_: list[Attempt], dump: Dump) -> None:
    """Post an entry twice, with books that agree with it."""
    entry = dump.ledger_entries[-1]
    wallet = next(row for row in dump.wallets if row["user_id"] == entry["user_id"])
    wallet["balance"] += entry["points"]
    wallet["earned"] += entry["points"]
    wallet["entries"] += 1
    more = {"number": wallet["entries"], "balance_after": wallet["balance"], "reaction": 1}
    dump.ledger_entries.append(entry | more)
    next(row for row in dump.events if row["id"] == entry["event_id"])["points"] += entry["points"]


def round_up(_: list[Attempt], dump: Dump) -> None:
    """Give a point more for a fraction, in every book."""
    event_ = next(row for row in dump.events if row["points"] == 60)
    event_["points"] += 1
    event_["verdicts"] = json.loads(json.dumps(event_["verdicts"], default=str).replace("60]", "61]"))


def spend_what_is_not_there(_: list[Attempt], dump: Dump) -> None:
    """Let a balance drift from its entries."""
    dump.wallets[0]["balance"] += 1


def skip_a_number(_: list[Attempt], dump: Dump) -> None:
    """Leave a gap in the numbers of a wallet's entries."""
    dump.ledger_entries[-1]["number"] += 1


def lose_a_voucher(_: list[Attempt], dump: Dump) -> None:
    """Take points for nothing."""
    dump.vouchers.clear()


def oversell(_: list[Attempt], dump: Dump) -> None:
    """Sell more than there was."""
    dump.rewards[0]["stock_capacity"] = 0


def miscount(_: list[Attempt], dump: Dump) -> None:
    """Count an activation too many."""
    dump.activations[0]["count"] += 1


def exceed(_: list[Attempt], dump: Dump) -> None:
    """Fire a reactor beyond its limit."""
    for version in dump.reactor_versions:
        version["max_activations"] = version["max_activations"] and 0


def forget_a_key(_: list[Attempt], dump: Dump) -> None:
    """Lose a key whose request was acknowledged."""
    dump.idempotency_keys.clear()


def invent(_: list[Attempt], dump: Dump) -> None:
    """Record what nobody reported."""
    dump.events[-1]["payload"] = {"total": 7, "invented": True}


def break_down(attempts: list[Attempt], _: Dump) -> None:
    """Answer a 500."""
    attempts[0].outcome, attempts[0].status, attempts[0].answer = "unknown", 500, {"code": "broken"}


def claim_for_another(_: list[Attempt], dump: Dump) -> None:
    """Let a claim stand for an event that is not there."""
    dump.claims[0]["event_id"] = dump.users[0]["id"]


def answer_otherwise(_: list[Attempt], dump: Dump) -> None:
    """Keep another answer under a key than the one that was given."""
    row = dump.idempotency_keys[0]
    row["body"] = json.dumps(json.loads(row["body"]) | {"data": {}})


def lose_a_webhook(_: list[Attempt], dump: Dump) -> None:
    """Forget a webhook that a reactor asked for."""
    dump.outbox.pop()


def queue_twice(_: list[Attempt], dump: Dump) -> None:
    """Let a webhook wait twice."""
    dump.outbox.append(dump.outbox[-1])


def sell_for_less(_: list[Attempt], dump: Dump) -> None:
    """Take another price than the voucher says."""
    dump.vouchers[0]["price"] -= 1


def shift_in_time(_: list[Attempt], dump: Dump) -> None:
    """Record another time than the one that was answered."""
    dump.events[-1]["reported_at"] += timedelta(seconds=1)


def judge_twice(_: list[Attempt], dump: Dump) -> None:
    """Let a reactor judge an event twice."""
    told = next(row["verdicts"] for row in dump.events if row["verdicts"])
    items = next(iter(told.values()))
    items.append(items[0])


def test_a_true_history_is_found_true(history: History) -> None:
    """Nothing is wrong with what the engine has really done, and everything was looked at."""
    findings = examine(*history)
    assert findings.faults == []
    assert findings.counts["acknowledged"] == 9
    assert findings.counts["duplicates refused"] == 1
    assert findings.counts["activations"] == 2
    assert findings.counts["vouchers"] == 1
    assert findings.counts["webhooks that wait"] == 7
    assert str(findings).startswith("9 acknowledged, 0 lost, 0 doubled; ")


@pytest.mark.parametrize(
    "spoil",
    [
        lose, twin, refuse_and_keep, name_another, change_the_payload, double_the_points, round_up,
        spend_what_is_not_there, skip_a_number, lose_a_voucher, oversell, miscount, exceed, forget_a_key, invent,
        break_down, claim_for_another, answer_otherwise, lose_a_webhook, queue_twice, sell_for_less, shift_in_time,
        judge_twice,
    ],
)  # fmt: skip
def test_a_false_history_is_found_false(history: History, spoil: Callable[[list[Attempt], Dump], None]) -> None:
    """Each seeded fault is found."""
    spoil(*history)
    assert examine(*history).faults


def test_an_unknown_outcome_may_be_either(history: History) -> None:
    """A request without an answer may have been recorded once or not at all, and never twice."""
    attempts, dump_ = history
    attempt = first_of(attempts, "ok")
    attempt.outcome, attempt.status, attempt.answer = "unknown", None, {}
    assert examine(attempts, dump_).faults == []
    attempts.append(Attempt(99, "event", attempt.sent | {"payload": {"total": 123}}))
    assert examine(attempts, dump_).faults == []
    twin([next(one for one in attempts if one.outcome == "ok")], dump_)
    assert examine(attempts, dump_).faults
