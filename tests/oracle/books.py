"""The books: ledger, model, activations and purchases, each compared with the events that caused them."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from uuid import UUID

from tests.oracle import model
from tests.oracle.dump import Dump, Row
from tests.oracle.findings import Findings
from tests.oracle.journal import Attempt

Posted = dict[tuple[int | None, int | None], int]
"""Points by reactor version and reaction; by (None, None) what a command itself takes."""

# the ledger --------------------------------------------------------------------------------------


def check_ledger(findings: Findings, dump: Dump) -> None:
    """Check that balances are the running sums of entries, which have one cause each."""
    entries: dict[UUID, list[Row]] = defaultdict(list)
    for entry in dump.ledger_entries:
        entries[entry["user_id"]].append(entry)
    findings.counts["ledger entries"] = len(dump.ledger_entries)
    for wallet in dump.wallets:
        _check_wallet(findings, wallet, sorted(entries.pop(wallet["user_id"], []), key=lambda entry: entry["number"]))
    for user_id in entries:
        findings.fault(f"user {user_id} has entries and no wallet")
    causes = Counter(
        (entry["event_id"], entry["reactor_version_id"], entry["reaction"]) for entry in dump.ledger_entries
    )
    for cause, number in causes.items():
        if number > 1:
            findings.fault(f"{cause} posted {number} times", "doubled")
    sums: Counter[UUID] = Counter()
    for entry in dump.ledger_entries:
        sums[entry["event_id"]] += entry["points"]
    events = {row["id"]: row for row in dump.events}
    for event_id in sums.keys() - events.keys():
        findings.fault(f"entries name event {event_id}, which is not there")
    for event_id, event in events.items():
        if event["points"] != sums[event_id]:
            findings.fault(f"event {event_id} says {event['points']} points, and its entries {sums[event_id]}")


def _check_wallet(findings: Findings, wallet: Row, entries: Sequence[Row]) -> None:
    user_id, balance = wallet["user_id"], 0
    for number, entry in enumerate(entries, 1):
        balance += entry["points"]
        if entry["number"] != number:
            findings.fault(f"user {user_id}: entry {entry['number']} stands where {number} should")
        if entry["balance_after"] != balance:
            findings.fault(
                f"user {user_id}: after entry {number} the balance is {balance}, not {entry['balance_after']}"
            )
        if balance < 0:
            findings.fault(f"user {user_id}: the balance is {balance} after entry {number}")
    earned = sum(entry["points"] for entry in entries if entry["points"] > 0)
    summed = (balance, earned, earned - balance, len(entries))
    held = (wallet["balance"], wallet["earned"], wallet["spent"], wallet["entries"])
    if summed != held:
        findings.fault(f"user {user_id}: the wallet says {held}, its entries come to {summed}", "doubled")


# the model ---------------------------------------------------------------------------------------


def check_model(findings: Findings, dump: Dump) -> None:
    """Check every verdict and every entry of a reactor against the model."""
    versions = {row["id"]: row for row in dump.reactor_versions}
    entries: dict[UUID, Posted] = defaultdict(dict)
    for entry in dump.ledger_entries:
        entries[entry["event_id"]][entry["reactor_version_id"], entry["reaction"]] = entry["points"]
    members: dict[UUID, model.Member] = defaultdict(model.Member)
    for event in _in_order(dump):
        member, posted = members[event["user_id"]], entries[event["id"]]
        member.balance += posted.get((None, None), 0)
        expected: Posted = {cause: points for cause, points in posted.items() if cause == (None, None)}
        told = list(model.said(event["verdicts"]))
        if len({versions[verdict.version]["reactor_id"] for verdict in told}) < len(told):
            findings.fault(f"event {event['id']} was judged by a reactor twice")
        for verdict in sorted(told, key=lambda verdict: versions[verdict.version]["reactor_id"]):
            own = model.judge(versions[verdict.version], event, member, verdict.code)
            findings.counts["verdicts compared with the model"] += 1
            if own != verdict:
                findings.fault(f"event {event['id']}: the model says {own}, recorded is {verdict}")
            expected.update({(own.version, place): points for place, points in own.points.items() if points})
        if expected != posted:
            findings.fault(f"event {event['id']}: the model posts {expected}, recorded is {posted}", "doubled")


def _in_order(dump: Dump) -> list[Row]:
    """Return all events in an order in which each member's were judged.

    That of their ids, in which a database's clock that is set back shows; those that post are put right by their places
    in the member's ledger.
    """
    numbers: dict[UUID, int] = {}
    for entry in dump.ledger_entries:
        numbers[entry["event_id"]] = min(entry["number"], numbers.get(entry["event_id"], entry["number"]))
    by_member: dict[UUID, list[Row]] = defaultdict(list)
    for event in sorted(dump.events, key=lambda event: event["id"]):
        by_member[event["user_id"]].append(event)
    for events in by_member.values():
        posting = iter(sorted((one for one in events if one["id"] in numbers), key=lambda one: numbers[one["id"]]))
        events[:] = [next(posting) if one["id"] in numbers else one for one in events]
    return [event for events in by_member.values() for event in events]


def check_activations(findings: Findings, dump: Dump) -> None:
    """Check that counts of activations are the numbers of firings, within their limits."""
    fired: Counter[tuple[UUID, UUID]] = Counter()
    refused: set[UUID] = set()
    limits: dict[UUID, list[int]] = defaultdict(list)
    for verdict, user_id, version in _limited(dump):
        limits[version["reactor_id"]].append(version["max_activations"])
        if verdict.code == model.FIRED:
            fired[user_id, version["reactor_id"]] += 1
        elif verdict.code == model.LIMIT_REACHED and user_id == model.NIL:
            refused.add(version["reactor_id"])
    counted = {(row["user_id"], row["counter_id"]): row["count"] for row in dump.activations if row["count"]}
    if counted != dict(fired):
        findings.fault(f"activations are counted as {counted}, and fired {dict(fired)}")
    for (user_id, reactor_id), number in fired.items():
        findings.counts["activations"] += number
        if number > max(limits[reactor_id]):
            findings.fault(f"reactor {reactor_id} fired {number} times of at most {max(limits[reactor_id])}", "doubled")
        elif user_id == model.NIL and reactor_id in refused and number < min(limits[reactor_id]):
            findings.fault(f"reactor {reactor_id} was refused as full after {number} of {min(limits[reactor_id])}")


def _limited(dump: Dump) -> Iterator[tuple[model.Said, UUID, Row]]:
    """Yield the verdicts of reactors with a limit, with whose count it is: one user's, or (nil) everybody's."""
    versions = {row["id"]: row for row in dump.reactor_versions}
    for event in dump.events:
        for verdict in model.said(event["verdicts"]):
            version = versions[verdict.version]
            if version["max_activations"] is not None:
                is_own = version["activation_context"] == "SUBJECT"
                yield verdict, event["user_id"] if is_own else model.NIL, version


# calls of others ---------------------------------------------------------------------------------


def check_outbox(findings: Findings, dump: Dump) -> None:
    """Check that each webhook of a reactor that fired waits once, and no other does."""
    versions = {row["id"]: row for row in dump.reactor_versions}
    wanted = Counter(
        (event["id"], verdict.version, place)
        for event in dump.events
        for verdict in model.said(event["verdicts"])
        if verdict.code == model.FIRED
        for place, reaction in enumerate(versions[verdict.version]["reactions"])
        if reaction["type"] == "WEBHOOK"
    )
    waiting = Counter((row["event_id"], row["reactor_version_id"], row["reaction"]) for row in dump.outbox)
    findings.counts["webhooks that wait"] = len(dump.outbox)
    for call in (wanted - waiting).elements():
        findings.fault(f"the webhook {call} was asked for and does not wait", "lost")
    for call in (waiting - wanted).elements():
        findings.fault(f"the webhook {call} waits, and nothing asked for it", "doubled")


# purchases ---------------------------------------------------------------------------------------


def check_purchases(findings: Findings, attempts: Sequence[Attempt], dump: Dump, names: dict[UUID, Row]) -> None:
    """Check that purchases, debits, vouchers and stock are one to one, and what the buyers know."""
    bought = {row["id"]: row for row in dump.events if names[row["event_type_id"]]["name"] == "PURCHASED_REWARD"}
    debits = {row["event_id"]: row for row in dump.ledger_entries if row["reactor_version_id"] is None}
    vouchers = {row["event_id"]: row for row in dump.vouchers}
    findings.counts["vouchers"] = len(dump.vouchers)
    if bought.keys() != vouchers.keys() or len(vouchers) != len(dump.vouchers):
        findings.fault("purchases and vouchers are not one to one", "doubled")
    if debits.keys() != {event_id for event_id, voucher in vouchers.items() if voucher["price"]}:
        findings.fault("debits and vouchers with a price are not one to one", "doubled")
    for event_id, voucher in vouchers.items():
        told = bought.get(event_id, {}).get("payload", {})
        debit = debits.get(event_id, {"user_id": voucher["user_id"], "points": 0})
        kept = (str(voucher["id"]), str(voucher["reward_id"]), voucher["price"], -voucher["price"], voucher["user_id"])
        if kept != (told.get("voucherId"), told.get("rewardId"), told.get("price"), debit["points"], debit["user_id"]):
            findings.fault(f"voucher {voucher['id']} contradicts its event or its debit")
    sold = Counter(voucher["reward_id"] for voucher in dump.vouchers)
    for reward in dump.rewards:
        if reward["stock_consumed"] != sold[reward["id"]]:
            findings.fault(f"reward {reward['id']}: {reward['stock_consumed']} sold of {sold[reward['id']]} vouchers")
        if reward["stock_capacity"] is not None and sold[reward["id"]] > reward["stock_capacity"]:
            findings.fault(f"reward {reward['id']} was sold {sold[reward['id']]} times of {reward['stock_capacity']}")
    _check_buyers(findings, attempts, vouchers)


def _check_buyers(findings: Findings, attempts: Sequence[Attempt], vouchers: dict[UUID, Row]) -> None:
    """Compare what was bought with what the clients know, by reward and beneficiary."""
    known = {str(event_id) for event_id in vouchers}
    acknowledged: dict[tuple[str, str], set[str]] = defaultdict(set)
    unknown: Counter[tuple[str, str]] = Counter()
    for attempt in attempts:
        whose = (str(attempt.sent["rewardId"]), str(attempt.sent["beneficiaryId"]))
        if attempt.outcome == "ok":
            if attempt.answer["id"] not in known:
                findings.fault(f"purchase {attempt.answer['id']} was acknowledged and is not there", "lost")
            if attempt.key is None and attempt.answer["id"] in acknowledged[whose]:
                findings.fault(f"purchase {attempt.answer['id']} was acknowledged twice", "doubled")
            acknowledged[whose].add(attempt.answer["id"])
        unknown[whose] += attempt.outcome == "unknown"
    held = Counter((str(voucher["reward_id"]), str(voucher["user_id"])) for voucher in vouchers.values())
    for whose, number in held.items():
        known_here = len(acknowledged[whose])
        if not known_here <= number <= known_here + unknown[whose]:
            findings.fault(
                f"{whose}: {number} vouchers, {known_here} acknowledged and {unknown[whose]} of unknown outcome",
                "doubled",
            )
