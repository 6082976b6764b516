"""Audiences: who is meant, as a tree of tests on what is known of a member. Read from the two forms of the criteria.

A test looks at one field. A field that a member has no value for fails every test but `is_null` and those that say not
(`not_equal`, `not_in`, `not_between`, `not_like`), so that a test and its opposite are never both true.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from msgspec import Struct

from punchcard.engine.period import read_duration

COMPARISONS_MAX = 200
DEPTH_MAX = 10
VALUES_MAX = 200
CHARACTERS_MAX = 512


class Kind(StrEnum):
    """What a field holds. NAMES: something by its id and by its name; ANY: any JSON value, as the test's value is."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    INSTANT = "datetime"
    FLAG = "boolean"
    NAMES = "select"
    ANY = "any"


class Operator(StrEnum):
    """How a field is compared; the values are the names that criteria trees use."""

    EQUAL = "equal"
    NOT_EQUAL = "not_equal"
    LESS = "less"
    LESS_OR_EQUAL = "less_or_equal"
    GREATER = "greater"
    GREATER_OR_EQUAL = "greater_or_equal"
    BETWEEN = "between"
    NOT_BETWEEN = "not_between"
    IN = "select_any_in"
    NOT_IN = "select_not_any_in"
    LIKE = "like"
    NOT_LIKE = "not_like"
    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    IS_NULL = "is_null"
    IS_NOT_NULL = "is_not_null"


OPPOSITES = {
    Operator.NOT_EQUAL: Operator.EQUAL,
    Operator.NOT_BETWEEN: Operator.BETWEEN,
    Operator.NOT_IN: Operator.IN,
    Operator.NOT_LIKE: Operator.LIKE,
    Operator.IS_NULL: Operator.IS_NOT_NULL,
}
"""What says not, by what it is the opposite of."""

PLAIN = (Operator.EQUAL, Operator.NOT_EQUAL)
ORDERED = (
    *PLAIN, Operator.LESS, Operator.LESS_OR_EQUAL, Operator.GREATER, Operator.GREATER_OR_EQUAL, Operator.BETWEEN,
    Operator.NOT_BETWEEN,
)  # fmt: skip
LISTED = (*PLAIN, Operator.IN, Operator.NOT_IN)
TEXTUAL = (Operator.LIKE, Operator.NOT_LIKE, Operator.STARTS_WITH, Operator.ENDS_WITH)
NULLS = (Operator.IS_NULL, Operator.IS_NOT_NULL)
OPERATORS = {
    Kind.TEXT: (*LISTED, *TEXTUAL, *NULLS),
    Kind.NUMBER: (*ORDERED, *NULLS),
    Kind.DATE: (*ORDERED, *NULLS),
    Kind.INSTANT: (*ORDERED, *NULLS),
    Kind.FLAG: (*PLAIN, *NULLS),
    Kind.NAMES: (*LISTED, *NULLS),
    Kind.ANY: tuple(Operator),
}
COUNTS = {Operator.BETWEEN: 2, Operator.NOT_BETWEEN: 2, Operator.IS_NULL: 0, Operator.IS_NOT_NULL: 0}
MANY = (Operator.IN, Operator.NOT_IN)

FIELDS = {
    "profile.country": Kind.TEXT,
    "profile.region": Kind.TEXT,
    "profile.city": Kind.TEXT,
    "profile.postcode": Kind.TEXT,
    "profile.gender": Kind.TEXT,
    "profile.birthdate": Kind.DATE,
    "profile.age": Kind.NUMBER,
    "account.status": Kind.TEXT,
    "account.registeredAt": Kind.INSTANT,
    "account.ageDays": Kind.NUMBER,
    "activity.lastEventAt": Kind.INSTANT,
    "activity.daysSinceLastEvent": Kind.NUMBER,
    "points.balance": Kind.NUMBER,
    "points.pending": Kind.NUMBER,
    "points.earned": Kind.NUMBER,
    "points.spent": Kind.NUMBER,
    "points.expired": Kind.NUMBER,
    "tier": Kind.NAMES,
    "tier.priority": Kind.NUMBER,
}
"""What is known of every member. Nothing of it names a person, and so neither does an audience."""

FAMILIES = {
    "profile.attributes": Kind.ANY,
    "attributes": Kind.ANY,
    "consents": Kind.FLAG,
    "badges": Kind.NUMBER,
    "events": Kind.NUMBER,
}
"""Fields that go on with a key: an attribute's, a consent type's or badge's id or name, an event type's name.

Events may go on with a window (P30D): how far back they count.
"""


class CriteriaFault(Exception):
    """The criteria cannot be used. `pointer` is a JSON pointer into them; the text says why and what to do."""

    def __init__(self, pointer: str, detail: str) -> None:
        super().__init__(detail)
        self.pointer = pointer
        self.detail = detail


class Field(Struct, frozen=True):
    """A field, taken apart: of a family the key, and for events the window."""

    name: str
    kind: Kind
    family: str | None = None
    key: str | None = None
    window: str | None = None


class Comparison(Struct, frozen=True):
    """One field compared with values: text, exact numbers, flags, dates or instants."""

    field: Field
    operator: Operator
    values: tuple[Any, ...]


class Group(Struct, frozen=True):
    """All of the parts, or any of them; or (is_negated) not so."""

    is_all: bool
    is_negated: bool
    parts: tuple["Criterion", ...]


Criterion = Comparison | Group


class Budget:
    """How many tests criteria may have yet."""

    def __init__(self) -> None:
        self.left = COMPARISONS_MAX

    def take(self, pointer: str, depth: int) -> None:
        """Count one more test or group. Raises: CriteriaFault."""
        self.left -= 1
        if self.left < 0 or depth > DEPTH_MAX:
            detail = (
                f"Criteria have {COMPARISONS_MAX} tests and groups at most, {DEPTH_MAX} levels deep; make them fewer."
            )
            raise CriteriaFault(pointer, detail)


def read_field(name: Any, pointer: str) -> Field:
    """Read the name of a field. Raises: CriteriaFault."""
    if not isinstance(name, str) or len(name) > CHARACTERS_MAX:
        raise CriteriaFault(pointer, "Name a field, as the configuration of the criteria builder lists them.")
    if name in FIELDS:
        return Field(name, FIELDS[name])
    for family, kind in FAMILIES.items():
        key = name.removeprefix(f"{family}.")
        if key not in ("", name):
            return _of_family(name, family, kind, key, pointer)
    known = ", ".join((*FIELDS, *(f"{family}.…" for family in FAMILIES)))
    raise CriteriaFault(pointer, f"There is no field {name[:100]!r}. There are {known}.")


def _of_family(name: str, family: str, kind: Kind, key: str, pointer: str) -> Field:
    if family != "events":
        return Field(name, kind, family, key)
    event_type, _, window = key.partition(".")
    if window:
        try:
            read_duration(window)
        except ValueError as fault:
            raise CriteriaFault(pointer, f"After the event type comes how far back events count. {fault}") from None
    return Field(name, kind, family, event_type, window or None)


def read_comparison(field: Field, operator: Operator, values: list[Any], pointer: str) -> Comparison:
    """Make a test. Raises: CriteriaFault where the operator or a value does not go with the field."""
    if operator not in OPERATORS[field.kind]:
        known = ", ".join(OPERATORS[field.kind])
        raise CriteriaFault(pointer, f"{field.name} cannot be compared by {operator}; it can by {known}.")
    if operator in MANY:
        if len(values) == 1 and isinstance(values[0], list):
            values = values[0]
        if not 1 <= len(values) <= VALUES_MAX:
            raise CriteriaFault(pointer, f"{operator} takes a list of 1 to {VALUES_MAX} values.")
    elif len(values) != COUNTS.get(operator, 1):
        raise CriteriaFault(
            pointer, f"{operator} takes {COUNTS.get(operator, 1)} value(s), and here are {len(values)}."
        )
    read = tuple(_value(field, operator, value, pointer) for value in values)
    if len({isinstance(value, str) for value in read}) > 1 or len({isinstance(value, bool) for value in read}) > 1:
        raise CriteriaFault(pointer, "The values are of one kind: all text, all numbers, or all true or false.")
    return Comparison(field, operator, read)


def _value(field: Field, operator: Operator, value: Any, pointer: str) -> Any:
    match field.kind:
        case Kind.NUMBER:
            return _number(value, pointer)
        case Kind.FLAG:
            if not isinstance(value, bool):
                raise CriteriaFault(pointer, f"{field.name} is compared with true or false.")
            return value
        case Kind.DATE:
            return _moment(value, pointer).date().isoformat()
        case Kind.INSTANT:
            return _moment(value, pointer)
    if field.kind is Kind.ANY and operator not in TEXTUAL and isinstance(value, bool | int | Decimal):
        return value if isinstance(value, bool) else _number(value, pointer)
    if not isinstance(value, str) or not value or len(value) > CHARACTERS_MAX:
        raise CriteriaFault(pointer, f"{field.name} is compared with text of 1 to {CHARACTERS_MAX} characters.")
    return value


def _number(value: Any, pointer: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise CriteriaFault(pointer, "Write a number.")
    return Decimal(value)


def _moment(value: Any, pointer: str) -> datetime:
    """Read a date, which stands for its first moment in UTC, or an instant."""
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        read = None
    if read is None:
        raise CriteriaFault(pointer, f"Write a date such as {date(2026, 3, 1)}, or an instant as in RFC 3339.")
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
