"""The form that is made from a schema, in a browser: what is set is sent as it was written, and nothing else."""

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import expect

from tests.console.desk import Desk
from tests.shop import Shop

Opener = Callable[..., Awaitable[Desk]]
TILL = {
    "type": "object",
    "required": ["total", "receipt", "kind"],
    "additionalProperties": False,
    "properties": {
        "kind": {"const": "sale"},
        "total": {"type": "number", "minimum": 0, "multipleOf": 0.01},
        "receipt": {"type": "integer", "description": "The number on the paper"},
        "size": {"enum": ["S", "M", 7, None]},
        "gift": {"type": "boolean"},
        "note": {"type": "string", "maxLength": 9},
        "mail": {"type": "string", "format": "email"},
        "at": {"type": "string", "format": "date-time"},
        "day": {"type": "string", "format": "date"},
        "lines": {
            "type": "array",
            "maxItems": 3,
            "items": {"type": "object", "properties": {"sku": {"type": "string"}, "price": {"type": "number"}}},
        },
        "tags": {"type": "array", "items": {"type": "string"}},
        "buyer": {"type": "object", "properties": {"address": {"$ref": "#/definitions/address"}}},
        "pay": {
            "oneOf": [
                {"title": "Card", "required": ["last4"], "properties": {"last4": {"type": "string"}}},
                {"title": "Cash", "required": ["paid"], "properties": {"paid": {"type": "number"}}},
            ]
        },
    },
    "definitions": {"address": {"type": "object", "properties": {"city": {"type": "string"}}}},
}
SET = (
    '{"kind":"sale","total":0.10,"receipt":1152921504606846976,"size":7,"at":"2026-03-01T08:30:00.000Z","day":"2026-03-01",'
    '"lines":[{"sku":"C-1","price":3.20},{"price":100.00}],"tags":["a b"],"buyer":{"address":{"city":"Wien"}},'
    '"pay":{"paid":5.00}}'
)


def exact(text: str) -> Any:
    """Read JSON, its numbers as they are written."""
    return json.loads(text, parse_float=str, parse_int=str)


async def test_a_real_schema_becomes_a_form(town: Shop, open_desk: Opener) -> None:
    """Nested objects, lists, alternatives, dates and exact numbers are sent as written; what stays empty is absent."""
    town.event_type(schema=TILL)
    town.user("ada")
    desk = await open_desk()
    await desk.begin()
    fields = {"total": "0.105", "receipt": "1152921504606846976", "mail": "nobody", "note": "much too long a note"}
    for name, text in fields.items():
        await desk.field(name).fill(text)
    await desk.button("Report").click()
    for name, told in {"total": "multiple of 0.01", "note": "9 characters", "mail": '"email"'}.items():
        await expect(desk.field(name)).to_have_accessible_description(re.compile(told))
    for name, text in {"total": "0.10", "mail": "", "note": ""}.items():
        await desk.field(name).fill(text)
    await desk.field("size").select_option(label="7")
    await desk.field("at").fill("2026-03-01 09:30")
    await desk.field("day").fill("2026-03-01")
    for name in ("Add to lines", "Add to lines", "Add to tags", "Add buyer", "Add address"):
        await desk.button(name).click()
    await desk.field("sku").first.fill("C-1")
    await desk.field("price").first.fill("3.20")
    await desk.field("price").last.fill("100.00")
    await desk.page.get_by_role("group", name="tags").get_by_role("textbox").fill("a b")
    await desk.field("city").fill("Wien")
    await desk.field("Kind of pay").select_option(label="Cash")
    await desk.field("paid").fill("5.00")
    await desk.be_narrow()
    assert await desk.page.evaluate("document.documentElement.scrollWidth") <= 390
    await desk.page.get_by_role("tab", name="JSON").click()
    assert exact(await desk.payload().input_value()) == exact(SET)
    await desk.page.get_by_role("tab", name="Form").click()
    await desk.button("Report").click()
    await expect(desk.heading("PURCHASED_COFFEE")).to_be_visible()
    (sent,) = exact(town.call("GET", "/v1/events/?type=PURCHASED_COFFEE").text)["data"]
    assert sent["payload"] == exact(SET)
