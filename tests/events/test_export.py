"""Exports: the whole filtered list, as CSV that no spreadsheet runs, and as JSON Lines."""

import asyncio
import csv
import io
import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from punchcard.events.export import COLUMNS, ROWS_AT_ONCE, JsonLinesFlow, defused
from punchcard.http.app import send_parts
from tests.shop import Shop


def exported(shop: Shop, kind: str, query: str = "") -> str:
    """Return what an export answers."""
    answer = shop.call("GET", f"/v1/events/export.{kind}{query}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == f'attachment; filename="events.{kind}"'
    return answer.text


def test_every_event_is_in_both(shop: Shop) -> None:
    """More than are read at once, newest first, the same in CSV, JSON Lines and the list."""
    user = shop.cafe()
    events: list[dict[str, Any]] = [
        {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": total}}
        for total in range(ROWS_AT_ONCE + 3)
    ]
    told = shop.done("POST", "/v1/events/batch", events[:1_000])
    ids = [one["event"]["id"] for one in reversed(told)]
    rows = list(csv.DictReader(io.StringIO(exported(shop, "csv", "?filter=type:PURCHASED_COFFEE"))))
    lines = [json.loads(line) for line in exported(shop, "jsonl", "?filter=type:PURCHASED_COFFEE").splitlines()]
    assert [row["id"] for row in rows] == [line["id"] for line in lines] == ids
    assert tuple(rows[0]) == COLUMNS
    assert [int(row["points"]) for row in rows] == [line["points"] for line in lines]
    assert json.loads(rows[0]["payload"]) == lines[0]["payload"] == {"total": ROWS_AT_ONCE + 2}
    assert lines[0] == shop.done("GET", f"/v1/events/{ids[0]}")


def test_nothing_is_an_export_too(shop: Shop) -> None:
    """A filter that lets nothing through leaves the names; one that does not exist is 422 and no file."""
    shop.event_type()
    assert exported(shop, "csv", "?type=PURCHASED_COFFEE").splitlines() == [",".join(COLUMNS)]
    assert exported(shop, "jsonl", "?type=PURCHASED_COFFEE") == ""
    assert shop.call("GET", "/v1/events/export.csv?colour=red").status_code == 422


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"], ids=lambda start: f"{ord(start):02x}")
def test_a_cell_is_no_formula(start: str) -> None:
    """Whatever begins like a formula is led by an apostrophe; other texts are as they were."""
    assert defused(f"{start}1+1") == f"'{start}1+1"
    assert defused(f"1{start}") == f"1{start}"


def test_who_reports_under_the_name_of_a_formula(shop: Shop) -> None:
    """What callers choose themselves is defused in the file, and as it was in JSON."""
    user = shop.cafe()
    body = {"type": "PURCHASED_COFFEE", "subject": user["id"], "payload": {"total": 1}, "executor": "=HYPERLINK(1)"}
    shop.done("POST", "/v1/events", body)
    (row,) = csv.DictReader(io.StringIO(exported(shop, "csv", "?type=PURCHASED_COFFEE")))
    (line,) = exported(shop, "jsonl", "?type=PURCHASED_COFFEE").splitlines()
    assert row["executor"] == "'=HYPERLINK(1)"
    assert json.loads(line)["executor"] == "=HYPERLINK(1)"


async def test_who_goes_away_ends_the_reading() -> None:
    """When the other end is gone, no further part is made, whatever it waits for is given up, and nothing is cut."""
    gone, ended, sent, cut = asyncio.Event(), asyncio.Event(), list[bytes](), list[bool]()

    async def parts() -> AsyncGenerator[bytes, None]:
        try:
            yield b"1"
            yield b"2"
            await asyncio.Event().wait()  # as a statement that takes long
        finally:
            ended.set()

    async def send(message: Any) -> None:
        sent.append(message["body"])
        if len(sent) == 2:
            gone.set()

    await send_parts(JsonLinesFlow(parts(), "events.jsonl"), send, gone.wait, lambda: cut.append(True))
    assert (sent, ended.is_set(), cut) == ([b"1", b"2"], True, [])
