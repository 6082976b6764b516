"""Members in whatever order chance chooses, beside a model of a few lines: what they have, buy, use and bring back."""

import asyncio
import itertools
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, rule, run_state_machine_as_test

from punchcard.db.connection import Db
from punchcard.events.replay import replay
from punchcard.points import integrity
from tests.rewards.test_refunds import refund
from tests.rewards.test_rewards import buy, reward
from tests.rewards.test_vouchers import redeem, validate
from tests.shop import Shop

NUMBERS = itertools.count(1)
PRICES, STOCK = (0, 7), 1
CHANCES = settings(
    max_examples=10, stateful_step_count=30, deadline=None, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@dataclass
class Member:
    """What a member has; below zero it is owed."""

    user: Any
    net: int = 0
    is_closed: bool = False

    @property
    def balance(self) -> int:
        """What can be spent."""
        return max(0, self.net)


@dataclass
class Reported:
    """An event that is recorded."""

    member: Member
    id: str
    points: int
    is_undone: bool = False


@dataclass
class Offer:
    """A reward, and how many were sold of it."""

    reward: Any
    price: int
    sold: int = 0


@dataclass
class Voucher:
    """A voucher: HELD, SHOWN with its code, USED or REFUNDED."""

    member: Member
    offer: Offer
    id: str
    state: str = "HELD"
    code: str = ""


class Members(RuleBasedStateMachine):
    """Every rule asks the engine and the model, and compares."""

    shop: ClassVar[Shop]
    members, reported, vouchers = Bundle("members"), Bundle("reported"), Bundle("vouchers")

    def __init__(self) -> None:
        super().__init__()
        self.all_members: list[Member] = []
        self.all_vouchers: list[Voucher] = []
        self.offers: list[Offer] = []

    @initialize(target=members)
    def open(self) -> Any:
        """Put rewards on offer, and register the first members."""
        self.offers = [Offer(reward(self.shop, price=price, stockCapacity=STOCK), price) for price in PRICES]
        return multiple(self._registered(), self._registered())

    @rule(target=members)
    def register(self) -> Any:
        """Register one more, up to four."""
        return self._registered() if len(self.all_members) < 4 else multiple()

    def _registered(self) -> Member:
        member = Member(self.shop.user())
        self.all_members.append(member)
        return member

    @rule(target=reported, member=members, total=st.integers(0, 40), keyed=st.booleans())
    def report(self, member: Member, total: int, keyed: bool) -> Any:  # noqa: FBT001 - drawn
        """Report an event, and again: under a key it is answered alike, without one refused."""
        number = next(NUMBERS)
        headers = {"Idempotency-Key": f"members-{number}"} if keyed else None
        payload = {"total": total, "items": [number]}
        body = {"type": "PURCHASED_COFFEE", "subject": member.user["id"], "payload": payload}
        first, again = (self.shop.call("POST", "/v1/events", body, headers=headers) for _ in range(2))
        if member.is_closed:
            assert (first.status_code, again.status_code) == (422, 422)
            return self._compare(member)
        assert first.status_code == 200, first.text
        event, before = first.json()["data"], member.balance
        member.net += total
        assert event["points"] == member.balance - before, "what is owed is paid first"
        if keyed:
            assert (again.status_code, again.json()["data"]) == (200, event)
        else:
            assert (again.status_code, again.json()["event"]["id"]) == (409, event["id"])
        self._compare(member)
        return Reported(member, event["id"], total)

    @rule(target=reported, one=members, other=members, totals=st.lists(st.integers(1, 9), min_size=2, max_size=4))
    def batch(self, one: Member, other: Member, totals: list[int]) -> Any:
        """Report a batch about two members that holds its first event twice."""
        made: list[Reported] = []
        asked = [(member, total, next(NUMBERS)) for member, total in zip([one, other] * 2, totals, strict=False)]
        bodies = [
            {"type": "PURCHASED_COFFEE", "subject": member.user["id"], "payload": {"total": total, "items": [number]}}
            for member, total, number in asked
        ]
        verdicts = self.shop.done("POST", "/v1/events/batch", [*bodies, bodies[0]])
        for (member, total, _), verdict in zip(asked, verdicts, strict=False):
            assert verdict["status"] == (422 if member.is_closed else 200)
            if not member.is_closed:
                member.net += total
                made.append(Reported(member, verdict["event"]["id"], total))
        assert verdicts[-1]["status"] == (422 if one.is_closed else 409)
        self._compare(one)
        self._compare(other)
        return multiple(*made)

    @rule(event=reported, policy=st.sampled_from(["within_balance", "debt", "refuse"]))
    def undo(self, event: Reported, policy: str) -> None:
        """Undo an event, once."""
        member = event.member
        answer = self.shop.call("POST", f"/v1/events/{event.id}/reverse", {"policy": policy})
        if member.is_closed:
            assert answer.status_code == 409, answer.text
        elif event.is_undone:
            assert (answer.status_code, answer.json()["code"]) == (409, "event_reversed")
        elif policy == "refuse" and member.balance < event.points:
            assert (answer.status_code, answer.json()["code"]) == (409, "insufficient_points")
        else:
            assert answer.status_code == 200, answer.text
            event.is_undone = True
            taken = event.points if policy == "debt" else min(event.points, member.balance)
            assert answer.json()["data"]["takenBack"] == taken
            member.net -= taken
        self._compare(member)

    @rule(target=vouchers, member=members, place=st.sampled_from(range(len(PRICES))))
    def purchase(self, member: Member, place: int) -> Any:
        """Buy a reward, if there is one and the balance affords it."""
        offer = self.offers[place]
        answer = buy(self.shop, offer.reward, member.user)
        why = set()
        if offer.sold == STOCK:
            why.add("out_of_stock")
        if member.balance < offer.price:
            why.add("insufficient_points")
        if member.is_closed or why:
            assert answer.status_code in (409, 422)
            assert member.is_closed or answer.json()["code"] in why
            self._compare(member)
            return multiple()
        assert answer.status_code == 200, answer.text
        offer.sold += 1
        member.net -= offer.price
        voucher = Voucher(member, offer, answer.json()["data"]["payload"]["voucherId"])
        self.all_vouchers.append(voucher)
        self._compare(member)
        return voucher

    @rule(voucher=vouchers)
    def show(self, voucher: Voucher) -> None:
        """Ask for a voucher's code, which is shown once."""
        answer = redeem(self.shop, voucher.id)
        if voucher.state == "HELD" and not voucher.member.is_closed:
            assert answer.status_code == 200, answer.text
            voucher.state, voucher.code = "SHOWN", answer.json()["data"]["payload"]["code"]
        else:
            assert answer.status_code in (409, 422), answer.text

    @rule(voucher=vouchers)
    def use(self, voucher: Voucher) -> None:
        """Use a code at a till; codes that are used up are for tests of their own, since guesses are counted."""
        if voucher.state == "SHOWN" and not voucher.member.is_closed:
            answer = validate(self.shop, voucher.code)
            assert answer.status_code == 200, answer.text
            voucher.state = "USED"

    @rule(voucher=vouchers)
    def bring_back(self, voucher: Voucher) -> None:
        """Refund a voucher that was not used, once: points and stock are there again."""
        answer = refund(self.shop, voucher.id)
        if voucher.state in ("HELD", "SHOWN") and not voucher.member.is_closed:
            assert answer.status_code == 200, answer.text
            voucher.state = "REFUNDED"
            voucher.offer.sold -= 1
            voucher.member.net += voucher.offer.price
        else:
            assert answer.status_code == 409, answer.text
        self._compare(voucher.member)

    @rule(member=members, points=st.integers(1, 30), kind=st.sampled_from(["EARN", "SPEND"]))
    def adjust(self, member: Member, points: int, kind: str) -> None:
        """Give or take points by hand, never more than there are."""
        body = {"actorId": member.user["id"], "points": points, "impactType": kind, "comment": "By hand"}
        answer = self.shop.call("POST", "/v1/commands/adjust_points", body)
        if member.is_closed or (kind == "SPEND" and member.balance < points):
            assert answer.status_code in (409, 422), answer.text
        else:
            assert answer.status_code == 200, answer.text
            member.net += points if kind == "EARN" else -points
        self._compare(member)

    @rule(member=members)
    def close(self, member: Member) -> None:
        """Close an account, of which nothing is counted any more."""
        if not member.is_closed and len(self.all_members) > 3:
            assert self.shop.call("DELETE", f"/v1/users/{member.user['id']}").status_code == 200
            member.is_closed = True
            self._compare(member)

    def teardown(self) -> None:
        """Compare everything once more, with nothing in between."""
        for member in self.all_members:
            self._compare(member)
        for offer in self.offers:
            shown = self.shop.done("GET", f"/v1/rewards/{offer.reward['id']}")
            assert shown["stockConsumed"] == offer.sold
        for voucher in self.all_vouchers:
            found = self.shop.done("GET", f"/v1/vouchers/{voucher.id}")
            assert (found["userId"], found["status"] == "REFUNDED") == (
                voucher.member.user["id"],
                voucher.state == "REFUNDED",
            )

    def _compare(self, member: Member) -> Any:
        """Compare a wallet with the model; return no new thing."""
        shown = self.shop.done("GET", f"/v1/users/{member.user['id']}/wallet")
        assert (shown["balance"], shown["debt"]) == (member.balance, max(0, -member.net))
        return multiple()


async def test_members_are_as_the_model_has_them(shop: Shop, db: Db) -> None:
    """Whatever order chance chooses, each answer and each balance is the model's, and the books agree with it."""
    shop.event_type()
    shop.reactor()
    machine = type("MembersOfAShop", (Members,), {"shop": shop})
    await asyncio.to_thread(run_state_machine_as_test, machine, settings=CHANCES)
    tenant_id = shop.tenant.tenant_id
    assert (await integrity.check_slice(db, tenant_id, UUID(int=0))).differences == []
    assert (await replay(db, tenant_id)).differences == []
