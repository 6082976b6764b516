"""Files of users, imported by a job: progress, reasons row by row, and nobody twice (T30)."""

import json
import time
from typing import Any

import pytest

from tests.shop import Shop

CSV, JSON_LINES = "text/csv", "application/x-ndjson"


def imported(shop: Shop, file: str | bytes, media: str = JSON_LINES) -> Any:
    """Import a file; return the job once it has ended."""
    body = file.encode() if isinstance(file, str) else file
    answer = shop.call("POST", "/v1/users/import", body, headers={"Content-Type": media})
    assert answer.status_code == 200, answer.text
    job = answer.json()["data"]
    while job["state"] in ("QUEUED", "RUNNING"):
        time.sleep(0.05)
        job = shop.done("GET", f"/v1/jobs/{job['id']}")
    return job


def refused(shop: Shop, job: Any) -> list[tuple[int, str, str]]:
    """Return the rows that were refused: number, code and pointer."""
    rows = shop.done("GET", f"/v1/user_imports/{job['id']}/refused")
    return [(row["row"], row["code"], row["pointer"]) for row in rows]


def line(number: int, **fields: Any) -> str:
    """Return one user as JSON."""
    profile = {"givenName": "Ada", "familyName": f"No. {number}", "emailAddress": f"a{number}@example.org"}
    return json.dumps({"externalIdentifier": f"crm-{number}", "profile": profile, **fields})


def test_a_file_registers_each_member_once_however_often_it_comes(shop: Shop) -> None:
    """The same file is the same job; a longer one registers what is new; events, wallets and numbers are as usual."""
    file = "\n".join(line(number) for number in range(300))

    job = imported(shop, file)
    again = imported(shop, file)
    longer = imported(shop, file + "\n" + line(300))

    assert (job["state"], job["done"], job["total"]) == ("DONE", 300, 300)
    assert job["result"] == {"registered": 300, "known": 0, "refused": 0}
    assert again == job
    assert longer["result"] == {"registered": 1, "known": 300, "refused": 0}
    assert len(shop.done("GET", "/v1/users/?limit=1000")) == 301
    assert len(shop.done("GET", "/v1/events/?type=REGISTERED_ACCOUNT&limit=1000")) == 301
    (user,) = shop.done("GET", "/v1/users/?externalIdentifier=crm-7")
    assert shop.balance(user) == 0


def test_each_row_that_is_refused_says_why(shop: Shop) -> None:
    """Unreadable, unfit, unnamed and taken rows are told by number, code and pointer; the others are registered."""
    shop.done("PATCH", "/v1/tenant/", {"configuration": {"allowDuplicateEmailAddress": False}})
    shop.done("PATCH", "/v1/tenant/", {"profileSchema": {"properties": {"size": {"enum": ["S", "M"]}}}})
    good = json.loads(line(1))
    rows = [
        json.dumps(good), "{nonsense", '["a"]', json.dumps(good), json.dumps({"profile": good["profile"]}),
        json.dumps({**json.loads(line(2)), "points": 5}),
        json.dumps({"externalIdentifier": "crm-3", "profile": good["profile"]}),
        json.dumps({"externalIdentifier": "crm-4", "profile": {**good["profile"], "attributes": {"size": "secret"}}}),
        '{"externalIdentifier": "crm-5", "externalIdentifier": "crm-6"}', line(9),
    ]  # fmt: skip

    job = imported(shop, "\n".join(rows))

    assert job["result"] == {"registered": 2, "known": 1, "refused": 7}
    assert sorted(refused(shop, job)) == [
        (2, "malformed", ""), (3, "malformed", ""), (5, "identifier_required", ""),
        (6, "extra_forbidden", "/points"), (7, "name_taken", "/profile/emailAddress"),
        (8, "enum", "/profile/attributes/size"), (9, "malformed", ""),
    ]  # fmt: skip
    assert "secret" not in shop.call("GET", f"/v1/user_imports/{job['id']}/refused").text


def test_csv_is_read_with_quotes_newlines_and_either_delimiter(shop: Shop) -> None:
    """T30: quoted newlines and commas are part of a cell; a byte order mark and semicolons are what Excel writes."""
    kind = shop.done("POST", "/v1/consent_types/", {"name": "News", "required": False})
    head = "externalIdentifier,givenName,familyName,emailAddress,streetAddress,attributes.size,consents"
    head += ",isRestricted,registeredAt"
    rows = [
        f'a,Ada,"King, née ""Byron""",a@example.org,"1 Street\r\nback door",M,{kind["id"]},true,2024-05-06T07:08:09Z',
        "b,Bob,Babbage,b@example.org,,,,,",
    ]

    job = imported(shop, "\ufeff" + "\r\n".join([head, *rows, ""]), CSV)
    other = imported(shop, "externalIdentifier;givenName;familyName;emailAddress\nc;Cy;D'Ada;c@example.org\n", CSV)

    assert (job["result"]["registered"], other["result"]["registered"]) == (2, 1)
    (user,) = shop.done("GET", "/v1/users/?externalIdentifier=a")
    assert user["profile"]["familyName"] == 'King, née "Byron"'
    assert user["profile"]["streetAddress"] == "1 Street\r\nback door"
    assert (user["profile"]["attributes"], user["isRestricted"]) == ({"size": "M"}, True)
    assert len(shop.done("GET", f"/v1/consents/?user={user['id']}")) == 1
    (registered,) = shop.done("GET", f"/v1/events/?type=REGISTERED_ACCOUNT&subject={user['id']}")
    assert registered["occurredAt"] == "2024-05-06T07:08:09.000Z"


def test_cells_that_a_spreadsheet_would_run_are_refused(shop: Shop) -> None:
    """T30: formula cells are refused row by row; a telephone number may begin with a plus."""
    head = "externalIdentifier,givenName,familyName,emailAddress,telephoneNumber"
    cells = ["=cmd|' /C calc'!A0", "@SUM(1)", "+1+cmd", "-2+3+cmd", "Ada"]
    rows = [f'{place},"{cell}",B,{place}@example.org,+41 44 668' for place, cell in enumerate(cells)]

    job = imported(shop, "\n".join([head, *rows]), CSV)

    assert refused(shop, job) == [(number, "formula", "/givenName") for number in (1, 2, 3, 4)]
    assert job["result"]["registered"] == 1


@pytest.mark.parametrize(
    ("media", "file", "status"),
    [
        (CSV, "externalIdentifier,givenName\na,\xfc".encode("latin-1"), 400),
        (CSV, b"externalIdentifier,shoeSize\na,42", 400),
        (CSV, b"givenName,givenName\na,b", 400),
        (CSV, b'externalIdentifier,givenName\na,"open', 400),
        (CSV, b"externalIdentifier\na\0", 400),
        (JSON_LINES, b"\n\n", 400),
        ("application/json", b"[]", 400),
        ("application/xml", b"<users/>", 415),
        ("text/csv; charset=latin1", b"externalIdentifier\na", 415),
        (JSON_LINES, b" " * 6_000_000, 413),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(shop: Shop, media: str, file: bytes, status: int) -> None:
    """T30: another charset, unknown columns, an open quote, NUL, nothing at all, another type, too many bytes."""
    answer = shop.call("POST", "/v1/users/import", file, headers={"Content-Type": media})

    assert answer.status_code == status, answer.text
    assert shop.done("GET", "/v1/jobs/?kind=import_users") == []


def test_what_was_imported_is_not_kept_as_a_file(shop: Shop, db: Any) -> None:
    """Rows are dropped as they are done: what is left of a file is numbers and reasons."""
    job = imported(shop, line(1) + "\n" + line(2) + "\n{")
    del db
    assert refused(shop, job) == [(3, "malformed", "")]
    again = shop.call("POST", "/v1/users/import", line(1).encode(), headers={"Content-Type": JSON_LINES})
    assert again.json()["data"]["id"] != job["id"]
