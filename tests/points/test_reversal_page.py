"""docs/reference/reversal.md: its examples are called in their order, and answered as it says."""

import json
import re
from pathlib import Path
from typing import Any

from tests.points.test_reversal import buy, spend
from tests.shop import Shop, fixed

PAGE = (Path(__file__).parents[2] / "docs/reference/reversal.md").read_text()
EXAMPLE = re.compile(r"(?ms)^```http\n(\w+) (\S+)\n(.*?)^```\n```json\n(.*?)^```$")


def missing(said: Any, found: Any, path: str = "") -> list[str]:
    """Return the places where an answer is not what was said of it; it may have more fields."""
    if isinstance(said, dict):
        return [fault for name, value in said.items() for fault in missing(value, found.get(name), f"{path}/{name}")]
    if isinstance(said, list) and isinstance(found, list) and len(said) == len(found):
        return [fault for place, one in enumerate(said) for fault in missing(one, found[place], f"{path}/{place}")]
    return [] if said == found else [f"{path}: {said!r}, not {found!r}"]


def test_every_example_is_answered_as_the_page_says(shop: Shop) -> None:
    """Previews, shares, refusals, what followed, debts, and how the event shows it afterwards."""
    user, other = shop.cafe(), shop.user("bob")
    badge = shop.done("POST", "/v1/badges/", {"internalName": "Fifty"})
    awarded = [{"type": "BADGE", "badge": {"id": badge["id"]}}]
    shop.reactor(name="A badge", constraint="payload.total >= 50", reactions=awarded)
    shop.reactor(fixed(40), "BADGE_EARNED", name="Forty")
    events = {"purchase": buy(shop, user, 50)["id"], "other": buy(shop, other, 10)["id"]}
    spend(shop, other, 7)
    examples = EXAMPLE.findall(PAGE)
    assert (len(examples), PAGE.count("```http")) == (8, 8)
    for method, path, body, answer in examples:
        found = shop.call(method, path.format(**events), json.loads(body) if body else None).json()
        assert missing(json.loads(answer), found.get("data", found)) == [], f"{method} {path} {body}"
