"""Single facts about parts of the kernel where something was once changed and no test saw it."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from punchcard.engine.audience import CHARACTERS_MAX, CriteriaFault
from punchcard.engine.audience_logic import read_logic
from punchcard.engine.awaiting import KEY_CHARACTERS_MAX, Release, key_expression, key_of, plan
from punchcard.engine.constraint import BothConstraint, compile_constraint
from punchcard.engine.decide import decide
from punchcard.engine.demands import AMONG, demands_of
from punchcard.engine.derivation import NotDerivable
from punchcard.engine.expression.expression import compile_expression
from punchcard.engine.expression.nodes import walk
from punchcard.engine.facts import path_of
from punchcard.engine.holdings import Lot
from punchcard.engine.judged import Judged
from punchcard.engine.limits import Window
from punchcard.engine.lineup import Lineup
from punchcard.engine.schema import DETAIL_CHARACTERS_MAX, SCHEMA_CHARACTERS_MAX, SchemaFault, compile_schema
from punchcard.engine.situation import Code, Situation, Subject, Verdict
from punchcard.engine.tier import EVER, Tier, Tiers, attained
from punchcard.engine.verdicts import pack
from punchcard.engine.webhook import (
    HEADER_CHARACTERS_MAX,
    HEADERS_MAX,
    URL_CHARACTERS_MAX,
    refuse_headers,
    refuse_url,
)
from tests.engine.past import ADA, NOON, REACTOR, a_limit, a_reactor, an_event, gives

# rules -------------------------------------------------------------------------------------------


def test_where_each_node_stands() -> None:
    """A fault can point at every node of a rule: at its sign, or at where it begins."""
    text = '-payload.a[0] + 2 * size(payload.b) > 1 ? !has(payload.c) && payload.d in [1] : {"k": x} == payload.`e f`'
    text = text.replace("{", "[1].all(x, {").replace("f`", "f`)")
    found = sorted((node.at, type(node).__name__) for node, _ in walk(compile_expression(text, outcome=None).tree))
    begins = {name: [text[at : at + 3] for at, kind in found if kind == name] for _, name in found}
    assert begins == {
        "Choice": ["-pa"], "Unary": ["-pa", "!ha"], "Select": ["a[0", "b) ", "d i", "`e "],
        "Name": ["pay", "pay", "pay", "pay", "x} ", "pay"], "Index": ["0] "],
        "Literal": ["0] ", "2 *", "1 ?", "1] ", "1].", '"k"'],
        "Binary": ["+ 2", "* s", "> 1", "in ", "== "], "Call": ["siz"], "Has": ["has"], "Logic": ["&& "],
        "Items": ["[1]", "[1]"], "Macro": ["all"], "Entries": ['{"k'],
    }  # fmt: skip


def test_a_way_by_names_that_do_not_come_from_a_root() -> None:
    """What is taken out of a value that is made reads no fact."""
    for text in ('{"a": 1}["a"]', '{"a": 1}.a', 'payload.l[0]["a"]', "payload.l[0].a"):
        assert path_of(compile_expression(text, outcome=None).tree) is None


def test_what_else_an_index_is_asked_for() -> None:
    """A value on either side is a demand, and nothing else is; null is no value that can be looked up."""
    for text, found in (
        ('payload.a == "x"', [("==", "x")]), ('"x" == payload.a', [("==", "x")]), ("1 < payload.a", [(">", 1)]),
        ("payload.a <= 2", [("<=", 2)]), ("payload.a == null", []), ("payload.a < true", []), ('payload.a != "x"', []),
        ("payload.a == payload.b", []), ('payload.a < "x"', []), ("payload.a in payload.b", []),
        ("payload.a == 1 && payload.b > 2", [("==", 1), (">", 2)]), ("payload.a == 1 || payload.b > 2", []),
        ("size(payload.a) == 1", []),
    ):  # fmt: skip
        demands = demands_of(compile_expression(text).tree)
        assert [(one.sign, *one.values) for one in demands] == [
            ({"==": AMONG}.get(sign, sign), at) for sign, at in found
        ]


def test_both_constraints_have_to_hold() -> None:
    """One that holds is not enough."""
    first, second = compile_constraint({"required": ["a"]}), compile_constraint("payload.b > 5")
    assert first is not None
    assert second is not None
    both = BothConstraint(first, second)
    payloads: tuple[dict[str, int], ...] = ({"a": 1, "b": 6}, {"a": 1, "b": 5}, {"b": 6}, {})
    assert [both.holds(payload) for payload in payloads] == [True, False, False, False]


def test_an_index_reads_facts_beside_the_payload() -> None:
    """Those of another hour are left out, and what the payload says of an hour is not asked."""
    reactors = [a_reactor(f"event.hour == {hour}", version_id=hour + 1, reactions=gives(1)) for hour in range(24)]
    facts = {"payload": {"hour": 3}, "event": {"hour": 5, "type": "X"}, "now": NOON}
    decided = decide(an_event(hour=3), Lineup(reactors), Situation({ADA: Subject(0, 0)}), None, facts)
    assert [one.reactor_version_id for one in decided.verdicts if one.code is Code.FIRED] == [6]
    gone = {"payload": {}, "event": {"type": "X"}, "now": NOON}
    decided = decide(an_event(), Lineup(reactors), Situation({ADA: Subject(0, 0)}), None, gone)
    assert {one.code for one in decided.verdicts} == {Code.CONSTRAINT_FALSE}


@pytest.mark.parametrize("kinds", [("a", 1, True, Decimal("1.5")), ("b", 2, False, Decimal("2.5"))])
def test_an_index_finds_values_of_every_kind(kinds: tuple[Any, ...]) -> None:
    """Texts, numbers and truths are looked up, and what is null or a list finds nobody."""
    shown = [
        str(one).lower() if isinstance(one, bool) else f'"{one}"' if isinstance(one, str) else str(one) for one in kinds
    ]
    reactors = [
        a_reactor(f"payload.a == {each}", version_id=at, reactions=gives(1)) for at, each in enumerate(shown * 8)
    ]
    for asked, fired in (*((kind, 8) for kind in kinds), (None, 0), ([1], 0), ({}, 0)):
        decided = decide(an_event(a=asked), Lineup(reactors), Situation({ADA: Subject(0, 0)}))
        assert sum(one.code is Code.FIRED for one in decided.verdicts) == fired


# limits ------------------------------------------------------------------------------------------


def test_the_longest_names_of_criteria() -> None:
    """A field has 512 characters at most, as has what it is compared with."""
    read_logic({"==": [{"var": "attributes." + "a" * (CHARACTERS_MAX - 11)}, "x"]})
    with pytest.raises(CriteriaFault, match="Name a field"):
        read_logic({"==": [{"var": "attributes." + "a" * (CHARACTERS_MAX - 10)}, "x"]})
    assert CHARACTERS_MAX == 512


def test_the_longest_name_of_what_is_awaited() -> None:
    """A text of 1 to 128 characters, or a whole number."""
    rule = key_expression("payload.k")
    taken: tuple[Any, ...] = ("a", "a" * KEY_CHARACTERS_MAX, 7)
    refused: tuple[Any, ...] = ("", "a" * (KEY_CHARACTERS_MAX + 1), True, 1.5, None)
    for name in taken:
        assert key_of(rule, {"k": name}, None) == str(name)
    for name in refused:
        with pytest.raises(NotDerivable):
            key_of(rule, {"k": name}, None)
    assert KEY_CHARACTERS_MAX == 128


def test_what_is_awaited_is_let_go_once() -> None:
    """Of two reactions that let go the same points the second finds none; taken back they count below zero."""
    lots = {1: Lot(1, 12, 12, NOON, is_pending=True, awaits="d")}
    situation, released = Situation({ADA: Subject(0, 1, pending=12)}, waiting={ADA: {"d": lots}}), set[str]()
    asked = [Release(key_expression('"d"'), cancels=cancels) for cancels in (False, True)]
    assert plan(an_event(), asked[0], situation, None, released) == (12, "ACTIVATED")
    assert plan(an_event(), asked[0], situation, None, released) == (0, "ACTIVATED")
    assert plan(an_event(), asked[1], situation, None, set()) == (-12, "CANCELLED")


def test_the_longest_schema() -> None:
    """A schema of 65,536 characters is taken, and one more is not; a fault is told in 300 characters at most."""
    frame = len('{"title": ""}')
    compile_schema({"title": "a" * (SCHEMA_CHARACTERS_MAX - frame)})
    with pytest.raises(SchemaFault, match="longer than 65536"):
        compile_schema({"title": "a" * (SCHEMA_CHARACTERS_MAX - frame + 1)})
    schema = compile_schema({"properties": {"a": {"type": "integer"}}})
    tail = ' is not of type "integer".'
    for count in (200, 300 - len(tail) - 1, 300 - len(tail), 400):
        (fault,) = schema.faults({"a": "x" * count})
        assert len(fault.detail) == min(count + 2 + len(tail), DETAIL_CHARACTERS_MAX + 1)
        assert fault.detail.endswith("….") is (count + 2 + len(tail) > DETAIL_CHARACTERS_MAX + 1)


def test_the_longest_addresses_and_headers() -> None:
    """Twenty headers of 1,024 characters are sent, and no more; of ports four."""
    assert refuse_headers({f"X-{number}": "a" * HEADER_CHARACTERS_MAX for number in range(HEADERS_MAX)}) is None
    assert (HEADERS_MAX, HEADER_CHARACTERS_MAX, URL_CHARACTERS_MAX) == (20, 1_024, 2_048)
    for port in (80, 443, 8080, 8443):
        assert refuse_url(f"https://example.org:{port}/") is None
    for port in (81, 442, 8081, 8444):
        assert refuse_url(f"https://example.org:{port}/") is not None


@pytest.mark.parametrize(
    ("host", "is_taken"),
    [
        ("8.8.8.8", True), ("8.8.8", True), ("8.8", True), ("134744072", True), ("0x08.010.8.8", True),
        ("8.8.8.255", True),
        ("8.8.8.256", False), ("8.8.65535", True), ("8.8.65536", False), ("8.16777215", True), ("8.16777216", False),
        ("4294967296", False), ("8.256.8.8", False), ("8.255.8.8", True), ("8.8.8.8.", True), ("0x.8.8.8", False),
        ("8.8.8.8.8", False), ("8.8.8.09", False), ("example.0x08", False), ("8..8", False),
    ],
)  # fmt: skip
def test_addresses_in_every_notation(host: str, is_taken: bool) -> None:  # noqa: FBT001 - a table
    """Up to four parts, decimal, octal or hexadecimal, each a byte but the last, which is all the rest."""
    assert (refuse_url(f"http://{host}/") is None) is is_taken


# what is told ------------------------------------------------------------------------------------


def test_versions_share_an_item_from_four_on() -> None:
    """Three that end alike stand each by itself, four together; quiet ones, and those with details, alike."""
    fired = [Verdict(Code.FIRED, number, ((0, 5),)) for number in range(1, 5)]
    assert pack(fired[:3]) == {"F": [[1, (0, 5)], [2, (0, 5)], [3, (0, 5)]]}
    assert pack(fired) == {"F": [["1,1x3", (0, 5)]]}
    other = Verdict(Code.NOT_EFFECTIVE, 9)
    assert pack([*fired[:3], other]) == {"F": [[1, (0, 5)], [2, (0, 5)], [3, (0, 5)]], "E": [9]}
    quiet = [Verdict(Code.CONSTRAINT_FALSE, number) for number in (1, 2, 3, 5)]
    assert pack([*quiet[:3], other]) == {"C": [1, 2, 3], "E": [9]}
    assert pack([*quiet, other]) == {"C": ["1,1x2,2"], "E": [9]}
    several = [Verdict(Code.LIMIT_REACHED, number, (number, 7)) for number in range(1, 5)]
    assert pack(several) == {"L": [["1,1x3", [1, 2, 3, 4], 7]]}


def test_an_offer_that_can_be_had_once() -> None:
    """One time is a time, and two are times; what is not known is none."""
    from punchcard.engine.explain import member  # noqa: PLC0415 - tests of it stand elsewhere

    for most, told in ((1, "1 time,"), (2, "2 times,"), (3, "3 times,")):
        judged = Judged("Once", 1, None, most, None, None)
        assert told in member(0, [Verdict(Code.LIMIT_REACHED, 1, (most,))], {1: judged}, [])[-1]


def test_a_tier_for_the_first_point_ever() -> None:
    """A tier that asks for one point is attained by whoever has earned one, and by nobody else."""
    tiers = Tiers((Tier(UUID(int=1), "First", 1, 1),), UTC)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert [bool(attained(tiers, sums, now)) for sums in ({}, {EVER: 0}, {EVER: 1})] == [False, False, True]


def test_what_is_given_for_failure_does_not_use_up_times() -> None:
    """A limit of times counts what fires; what is given instead takes from a limit of points alone."""
    failing = a_reactor(reactions=gives(6, start=1))
    for is_points in (False, True):
        reactor = a_reactor("payload.total > 9", limits=(a_limit(50, points=is_points),), failing=failing)
        situation = Situation({ADA: Subject(0, 0)})
        decide(an_event(total=1), [reactor], situation)
        found = situation.windows.get((ADA, REACTOR, "EVER"), Window())
        assert (found.count, found.points) == (0, 6)
        assert situation.subjects[ADA].balance == 6
