"""Files of codes, read while they come: any size, in the memory of a slice."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from punchcard.commands.create_tenant import create_tenant
from punchcard.db.connection import Db
from punchcard.db.embedded import Urls
from tests.conftest import served, server_environment
from tests.shop import Shop


def upload(shop: Shop, pool_id: str, content: Any, media: str = "text/csv") -> Any:
    """Send a file of codes."""
    headers = shop.headers() | {"Content-Type": media}
    return shop.http.post(f"/v1/code_pools/{pool_id}/codes/upload", content=content, headers=headers)


@pytest.fixture
def pool_id(shop: Shop) -> str:
    """Make a pool."""
    return str(shop.done("POST", "/v1/code_pools/", {"name": "Summer"})["id"])


@pytest.mark.parametrize(
    ("media", "file"),
    [
        ("text/csv", b'\xef\xbb\xbfCode,note\r\nAAA-1,x\r\n\r\n"b,b 2",y\r\naaa1,z\r\n-,\r\nccc3'),
        ("text/csv", b"code;note\nAAA-1;x\n\nb,b 2\naaa1;z\n-\nccc3\n"),
        ("text/plain", b"\nAAA-1\n\nb,b 2\n aaa1 \n-\nccc3"),
        ("application/x-ndjson", b'\n"AAA-1"\n\n{"value": "b,b 2"}\n"aaa1"\n"-"\n"ccc3"'),
    ],
)  # fmt: skip
def test_codes_of_each_form_are_added_and_what_cannot_be_is_told(
    shop: Shop, pool_id: str, media: str, file: bytes
) -> None:
    """Heads and empty lines are passed over; doubles and what is no code are told by the row; again: all are known."""
    told = upload(shop, pool_id, iter([file[:9], file[9:20], file[20:]]), media).json()["data"]
    first = "b" if b";" in file else "b,b 2"
    assert (told["created"], told["refused"]) == (3, 2)
    assert [(row["row"], row["value"], row["code"]) for row in told["refusedRows"]] == [
        (5, "aaa1", "code_taken"), (6, "-", "no_code"),
    ]  # fmt: skip
    listed = shop.done("GET", f"/v1/code_pools/{pool_id}/codes/")
    assert sorted(one["value"] for one in listed) in (["AAA-1", first, "ccc3"], ["AAA-1", "b,b 2", "ccc3"])
    again = upload(shop, pool_id, file, media).json()["data"]
    assert (again["created"], again["refused"]) == (0, 5)


@pytest.mark.parametrize(
    ("media", "file", "status"),
    [
        ("text/csv", b"a\n\xfc", 400), ("text/csv", b'a\n"open', 400), ("text/plain", b"a\0", 400),
        ("text/plain", b"x" * 70_000, 400), ("application/x-ndjson", b"{", 400), ("application/x-ndjson", b"1", 400),
        ("application/json", b"[1]", 400), ("application/json", b" " * 5_300_000, 413), ("text/html", b"a", 415),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(shop: Shop, pool_id: str, media: str, file: bytes, status: int) -> None:
    """Another charset, open quotes, NUL, endless lines, other JSON, too large an array, another type."""
    answer = upload(shop, pool_id, file, media)
    assert answer.status_code == status, answer.text
    assert answer.headers["connection"] == "close"


def test_one_entry_of_the_audit_log_an_upload(shop: Shop, pool_id: str) -> None:
    """However many slices a file has, it is one entry; an unknown pool is 404 before the file is read."""
    assert upload(shop, pool_id, "\n".join(f"c{n}" for n in range(4_500))).json()["data"]["created"] == 4_500
    told = shop.done("GET", "/v1/audit/?operation=upload_codes")
    assert len(told) == 1
    assert "c4499" not in str(told)
    assert upload(shop, shop.tenant.client_id, b"a").status_code == 404
    assert shop.done("GET", f"/v1/code_pools/{pool_id}")["codesAvailable"] == 4_500


async def test_memory_stays_flat(db: Db, urls: Urls) -> None:
    """A file of 40 MB of lines is read in less than half of its size; beyond the bound it is 413."""
    tenant = await create_tenant(db, "A shop with many codes")
    limits = {"PUNCHCARD_UPLOAD_BYTES_MAX": "48000000"}
    with served(server_environment(urls, **limits)) as (address, process), Shop(address, tenant) as shop:
        pool = shop.done("POST", "/v1/code_pools/", {"name": "Many"})["id"]

        def blanks(count: int) -> Iterator[bytes]:
            for _ in range(count):
                yield (b" " * 999 + b"\n") * 100

        upload(shop, pool, "\n".join(f"c{n}" for n in range(4_000)))
        before = memory(process.pid)
        assert upload(shop, pool, blanks(400)).json()["data"]["created"] == 0
        assert memory(process.pid) - before < 20_000_000
        assert upload(shop, pool, blanks(481)).status_code == 413


def memory(pid: int) -> int:
    """Return the bytes that a process has in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
