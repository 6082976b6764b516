"""What expressions come to, what is refused when they are saved, and what a trace tells."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from punchcard.engine.expression.expression import compile_expression
from punchcard.engine.expression.faults import ExpressionFault, NotEvaluable, Place, Reason
from punchcard.engine.expression.parser import BYTES_MAX, DEPTH_MAX

FACTS: dict[str, Any] = {
    "payload": {
        "total": Decimal("59.90"),
        "channel": "web",
        "a b": 7,
        "member": True,
        "coupon": None,
        "categories": ["shoes", "socks"],
        "items": [
            {"brand": "Private", "price": Decimal("12.50"), "quantity": 2},
            {"brand": "Other", "price": Decimal("34.90"), "quantity": 1},
        ],
        "booked": "2026-03-29T00:30:00+01:00",
    },
    "event": {
        "type": "PURCHASE",
        "occurredAt": datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
        "weekday": "SUNDAY",
        "hour": 3,
    },
    "user": {"tier": "GOLD", "audiences": ["vip"], "attributes": {"city": "Köln"}, "accountAgeDays": 400},
    "wallet": {"balance": 1_200},
    "counters": {"purchasesThisMonth": 3},
    "now": datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
}


@pytest.mark.parametrize(
    "text",
    [
        'payload.total >= 50 && "shoes" in payload.categories',
        'payload["a b"] == 7 && payload.`a b` == 7',
        "payload.total * 2 == 119.8",
        "payload.coupon == null && !(payload.coupon == 0)",
        "payload.member && payload.member == true && payload.member != 1",
        'payload.items.exists(item, item.brand == "Private" && item.quantity >= 2)',
        'payload.items.all(item, has(item.price)) && payload.items.exists_one(item, item.brand == "Other")',
        'payload.items.filter(item, item.brand == "Private").sum(item, item.quantity * 2) == 4',
        "payload.items.map(item, item.price).sum() == 47.40",
        "payload.items.map(item, item.quantity > 1, item.price) == [12.5]",
        "payload.items[0].price < payload.items[1].price",
        'user.tier in ["GOLD", "PLATINUM"] && "vip" in user.audiences',
        'user.attributes.city.startsWith("K") && user.attributes.city.size() == 4',
        'user.attributes.city.matches("^K.ln$")',
        'event.weekday in ["SATURDAY", "SUNDAY"] && event.hour < 12',
        "counters.purchasesThisMonth == 3 && wallet.balance > 1e3",
        'event.occurredAt >= timestamp("2026-03-01T00:00:00Z") && event.occurredAt == now',
        'now - timestamp(payload.booked) == duration("2h")',
        'event.occurredAt.getHours("Europe/Berlin") == 3 && event.occurredAt.getHours() == 1',
        'event.occurredAt.getDayOfWeek("Europe/Berlin") == 0',
        'duration("90m").getHours() == 1 && duration("1h30m") == duration("5400s")',
        "has(payload.coupon) && !has(payload.voucher)",
        "(payload.total > 50 ? 2 : 1) == 2",
        "min(payload.total, 10) == 10 && max([1, 2, 3]) == 3 && abs(-2.5) == 2.5",
        "floor(-2.5) == -3 && ceil(-2.5) == -2 && round(2.5) == 3 && round(-2.5) == -3",
        '"  Straße ".trim().upperAscii() == "STRAßE"',
        "payload.total > 1 // what is behind two slashes is a remark\n && true",
        r'''r"\d" == "\\d" && """a"b""" == 'a"b' && "\u00e9\x41\101" == "éAA"''',
        "{'a': 1, 'b': [2]} == {'b': [2.0], 'a': 1.00}",
        "payload.nothing == 1 || payload.total > 1",
        "0x1F == 31 && .5 == 1 / 2",
        "10 % 3 == 1 && -10 % 3 == -1 && 5.5 % 2 == 1.5",
        "[1, 2] + [3] == [1, 2, 3] && 'a' + 'b' == 'ab'",
    ],
)
def test_constraints_that_hold(text: str) -> None:
    """What the language has, on facts as an event brings them."""
    assert compile_expression(text).holds(FACTS) is True


@pytest.mark.parametrize(
    ("text", "reason", "detail"),
    [
        ("payload.voucher > 1", Reason.MISSING, "payload.voucher is missing"),
        ("payload.basket.total > 1", Reason.MISSING, "payload.basket is missing"),
        ("!(payload.voucher > 1)", Reason.MISSING, "payload.voucher is missing"),
        ("payload.items[2].price > 1", Reason.MISSING, "a list of 2 has no element 2"),
        ("payload.items[0].weight > 1", Reason.MISSING, "the field weight is missing"),
        ("user.consents.mail", Reason.MISSING, "user.consents is missing"),
        ("payload.items.all(item, item.weight > 1)", Reason.MISSING, "item.weight is missing"),
        ("payload.channel > 1", Reason.KIND, "> does not take text and a number"),
        ("payload.total.cents > 1", Reason.KIND, "payload.total is a number, which has no fields"),
        ("payload.coupon.code == 'A'", Reason.KIND, "payload.coupon is null, which has no fields"),
        ("payload.channel", Reason.KIND, None),
        ("payload.total && true", Reason.KIND, "&& does not take a number"),
        ("payload.total + payload.channel > 1", Reason.KIND, "+ does not take a number and text"),
        ("payload.total.startsWith('5')", Reason.KIND, "startsWith does not take a number"),
        ("payload.total / (wallet.balance - 1200) > 1", Reason.NUMBER, "/ by zero"),
        ("timestamp(payload.channel) < now", Reason.NUMBER, "'web' is no instant like 2026-03-01T09:30:00Z"),
        ("max(payload.categories.filter(x, false)) > 1", Reason.MISSING, "max of an empty list"),
    ],
)
def test_what_cannot_be_told_does_not_hold(text: str, reason: Reason, detail: str | None) -> None:
    """A missing fact, or one of another kind, makes the constraint false, and says so."""
    expression = compile_expression(text)

    assert expression.holds(FACTS) is False
    if detail is None:
        assert expression.evaluate(FACTS) == "web"
        return
    with pytest.raises(NotEvaluable) as caught:
        expression.evaluate(FACTS)
    assert (caught.value.reason, caught.value.detail) == (reason, detail)


@pytest.mark.parametrize(
    ("text", "place", "detail"),
    [
        ("payload.total = 3", Place(14, 1, 15), "The character '=' has no meaning here; to compare, write ==."),
        ("payload.total >", Place(15, 1, 16), "Here stands the end of the expression; write a value, a fact or a"),
        ("true &&\n  payload.(1)", Place(18, 2, 11), "Here stands '('; write the name of a field"),
        ('payload.name == "x', Place(16, 1, 17), 'The text that begins here does not end; close it with ".'),
        (r'payload.name == "\q"', Place(16, 1, 17), r"There is no escape \q; for a backslash itself write two."),
        ("payloda.total > 1", Place(0, 1, 1), "There is no fact payloda; is it payload?"),
        ("event.typ == 'A'", Place(6, 1, 7), "event has no typ; is it type?"),
        ("payload.total + 1", Place(14, 1, 15), "It comes to a number; it has to come to true or false."),
        ("1 == 'a'", Place(2, 1, 3), '== does not fit: 1 is a number, "a" is text.'),
        ("payload.x.startWith('a')", Place(10, 1, 11), "There is no function startWith; is it startsWith?"),
        ("payload.x.matches('(')", Place(18, 1, 19), "The pattern is not one that RE2 reads"),
        ("payload.x.matches('(a)\\\\1')", Place(18, 1, 19), "The pattern is not one that RE2 reads"),
        ("now.getHours('Berlin') == 1", Place(13, 1, 14), "There is no time zone 'Berlin'; write one like"),
        ("timestamp('2026-02-30T00:00:00Z') < now", Place(10, 1, 11), "'2026-02-30T00:00:00Z' is no instant"),
        ("has(payload)", Place(0, 1, 1), "has() takes one field, as in has(payload.coupon)."),
        ("payload.l.exists(1, true)", Place(10, 1, 11), "Write exists(x, …): a name for the element"),
        ("1e400 > 1", Place(0, 1, 1), "The number is out of range"),
        ("x.exists(x, x) && y", Place(0, 1, 1), "There is no fact x; there are payload"),
        ("for == 1", Place(0, 1, 1), "The word for is reserved; take another name."),
        ("{'a': 1, 'a': 2} == payload.m", Place(9, 1, 10), 'The key "a" stands here twice; leave one out.'),
    ],
)
def test_faults_say_where_and_what_to_do(text: str, place: Place, detail: str) -> None:
    """What cannot be used is refused when it is saved, with the place."""
    with pytest.raises(ExpressionFault) as caught:
        compile_expression(text)

    assert caught.value.place(text) == place
    assert caught.value.detail.startswith(detail)


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("true" + " " * BYTES_MAX, "bytes"),
        ("(" * (DEPTH_MAX + 1) + "true" + ")" * (DEPTH_MAX + 1), "nested deeper"),
        ("(" * 4_000, "nested deeper"),
        ("!" * 4_000 + "true", "nested deeper"),
        ("-" * 4_000 + "payload.x > 1", "nested deeper"),
        ("payload" + ".x" * 4_000, "nested deeper"),
        ("1" + "+1" * 4_000 + "== 1", "nested deeper"),
        ("true ? 1 : " * 700 + "1 == 1", "nested deeper"),
        ("payload.l.all(a, payload.l.all(b, payload.l.all(c, c > a + b)))", "This may take 6040403 steps"),
        ("payload.x.matches('" + "a" * 1_001 + "')", "longer than 1000"),
        ("payload.x.matches('((a{0,100}){0,100}){0,100}')", "not one that RE2 reads"),
    ],
    ids=["text", "parentheses", "open", "not", "minus", "path", "sum", "choice", "macros", "pattern", "program"],
)
def test_what_would_cost_too_much_is_refused(text: str, detail: str) -> None:
    """Length, depth, and the cost worked out from macros inside each other have a bound when it is saved."""
    with pytest.raises(ExpressionFault, match=detail):
        compile_expression(text)


def test_many_conditions_in_a_row_are_not_deep() -> None:
    """Any number of && or || that fits into the text counts as one level."""
    assert compile_expression("||".join(["false"] * 1_000 + ["true"])).holds({})


@pytest.mark.parametrize(
    "text",
    [
        "payload.l.exists(a, payload.l.exists(b, a + b < 0))",
        "payload.l == payload.l && payload.l.all(a, payload.l == payload.l)",
        "payload.l.exists(a, payload.long.contains('x'))",
        "payload.l.exists(a, payload.long.matches('(a|aa)*b'))",
        "payload.l.map(a, payload.l + payload.l + payload.l).size() > 0",
        "payload.l.map(a, payload.long + payload.long).size() > 0",
        "size(" + "[payload.long]" + ".map(s, s + s)" * 40 + ") > 0",
        "size([payload.l]" + ".map(s, s + s)" * 40 + ") > 0",
        "payload.l.all(a, max(payload.l) >= a)",
        "payload.l.exists(a, -1 in payload.l)",
    ],
)
def test_large_facts_end_at_the_step_budget(text: str) -> None:
    """What the text does not tell, the size of lists and texts, is counted while it is evaluated."""
    facts = {"payload": {"l": list(range(1_000)), "long": "a" * 100_000}}
    expression = compile_expression(text)

    assert expression.holds(facts) is False
    with pytest.raises(NotEvaluable, match="more than 100000 steps"):
        expression.evaluate(facts)
    trace = expression.explain(facts)
    assert trace.fault is not None
    assert trace.fault.reason is Reason.BUDGET


@pytest.mark.parametrize("growth", ["x * x", "x * (x + 1) * 1.5", "x * -x"])
def test_numbers_are_exact_or_refused(growth: str) -> None:
    """A number may have a thousand digits; one that would need more is a reason, not a rounded one."""
    expression = compile_expression("[payload.n]" + f".map(x, {growth})" * 14, outcome=None)

    with pytest.raises(NotEvaluable, match="more than 1000 digits"):
        expression.evaluate({"payload": {"n": 12_345_678_901_234_567_890}})


def test_points_are_a_number() -> None:
    """With outcome="number" an expression gives points: exact, not yet rounded."""
    per_item = "payload.items.filter(item, item.brand == 'Private').sum(item, 2 * item.quantity * item.price)"

    assert compile_expression(per_item, outcome="number").number(FACTS) == Decimal("50.00")
    with pytest.raises(ExpressionFault, match=r"It comes to true or false; it has to come to a number\."):
        compile_expression("payload.total > 1", outcome="number")
    with pytest.raises(NotEvaluable, match="it comes to text, not to a number"):
        compile_expression("payload.channel", outcome="number").number(FACTS)


def test_a_quotient_is_exact_within_34_digits() -> None:
    """Beyond them it is rounded, half to even."""
    third = compile_expression("1 / 3", outcome="number").number({})

    assert compile_expression("payload.total / 8", outcome="number").number(FACTS) == Decimal("7.4875")
    assert third == Decimal("0." + "3" * 34)


def test_a_trace_has_a_node_each_with_the_actual_values() -> None:
    """Every part is told with what it came to; a missing fact says that it is missing."""
    text = 'payload.total >= 100 && user.tier == "GOLD" && payload.voucher.code != ""'
    trace = compile_expression(text).explain(FACTS)

    assert trace.document() == {
        "text": text,
        "value": False,
        "operands": [
            {
                "text": "payload.total >= 100",
                "value": False,
                "operands": [{"text": "payload.total", "value": Decimal("59.90")}],
            }
        ],
    }
    assert trace.reasons() == ["payload.total >= 100 is false: payload.total is 59.90."]


def test_a_trace_goes_past_what_is_missing() -> None:
    """`&&` looks for a false behind a missing fact; without one the missing fact is the reason."""
    trace = compile_expression('payload.voucher.code == "A" && user.tier == "GOLD"').explain(FACTS)

    assert trace.fault is not None
    assert trace.fault.reason is Reason.MISSING
    assert [operand.text for operand in trace.operands] == ['payload.voucher.code == "A"', 'user.tier == "GOLD"']
    assert trace.document()["reason"] == "missing"
    assert trace.reasons() == ['payload.voucher.code == "A" cannot be told: payload.voucher is missing.']


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("!(payload.total > 50)", ["payload.total > 50 is true: payload.total is 59.90."]),
        (
            "payload.total > 100 || wallet.balance > 5000",
            [
                "payload.total > 100 is false: payload.total is 59.90.",
                "wallet.balance > 5000 is false: wallet.balance is 1200.",
            ],
        ),
        (
            '"red" in payload.categories',
            ['"red" in payload.categories is false: payload.categories is ["shoes", "socks"].'],
        ),
        (
            "payload.items.exists(item, item.quantity > 5)",
            [
                (
                    "payload.items.exists(item, item.quantity > 5) is false:"
                    " payload.items is [a map with brand, price, quantity, a map with brand, price, quantity]."
                )
            ],
        ),
        (
            'now < timestamp("2026-01-01T00:00:00Z")',
            ['now < timestamp("2026-01-01T00:00:00Z") is false: now is 2026-03-29T01:30:00Z.'],
        ),
        ("has(payload.voucher)", ["has(payload.voucher) is false."]),
    ],
)
def test_reasons_are_the_decisive_parts(text: str, reasons: list[str]) -> None:
    """Why not, in sentences."""
    assert compile_expression(text).explain(FACTS).reasons() == reasons


def test_a_trace_is_bounded() -> None:
    """A macro over a long list, long texts and deep facts do not make it grow without end."""
    facts = {"payload": {"l": list(range(2_000)), "s": "x" * 10_000, "deep": [[[[[1]]]]], "n": 10**900}}
    trace = compile_expression("payload.l.all(x, x >= 0) && payload.s == payload.deep && payload.n > 0").explain(facts)
    document = str(trace.document())

    assert len(document) < 20_000
    assert "'cut': True" in document
    assert trace.result is False
