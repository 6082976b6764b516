"""PostgreSQL's own array types, described as the driver asks for them.

The driver knows what a `uuid` is, and asks the server what a `uuid[]` is: on each connection anew, in the middle of the
transaction that first takes one. That is the dearest statement of all, 10 ms of PostgreSQL's CPU three or four times a
connection, and it is always answered the same: the numbers of PostgreSQL's own types never change.
"""

from collections.abc import Collection
from typing import Any

from msgspec import Struct

OF = {
    199: (114, "json"), 1000: (16, "bool"), 1001: (17, "bytea"), 1005: (21, "int2"), 1007: (23, "int4"),
    1009: (25, "text"), 1015: (1043, "varchar"), 1016: (20, "int8"), 1022: (701, "float8"),
    1115: (1114, "timestamp"), 1182: (1082, "date"), 1185: (1184, "timestamptz"), 1187: (1186, "interval"),
    1231: (1700, "numeric"), 2951: (2950, "uuid"), 3807: (3802, "jsonb"),
}  # fmt: skip
"""By an array type's number: the number and the name of the type of its elements."""


class Asked(Struct, frozen=True):
    """What stands for the statement that would have asked: it has a name, so that it took no other's place."""

    name: str = "arrays"


def described(numbers: Collection[int]) -> tuple[list[dict[str, Any]], Asked] | None:
    """Return the answer to the driver's question what these types are; None where others are among them."""
    if not all(number in OF for number in numbers):
        return None
    return [_array(number, *OF[number]) for number in numbers], Asked()


def _array(number: int, element: int, name: str) -> dict[str, Any]:
    unused = dict.fromkeys(
        ("basetype", "basetype_name", "range_subtype", "range_subtype_name", "attrtypoids", "attrnames")
    )
    return {
        "oid": number, "ns": "pg_catalog", "name": f"_{name}", "kind": b"b",
        "elemtype": element, "elemtype_name": name, "elemdelim": ",", **unused,
    }  # fmt: skip
