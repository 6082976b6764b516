"""Finding a member by what somebody at a desk knows of them."""

from typing import Any

import asyncpg
import pytest

from punchcard.db.connection import Db
from punchcard.db.embedded import Urls
from tests.shop import Shop


def member(shop: Shop, given: str, family: str, email: str, **fields: Any) -> Any:
    """Register a member."""
    return shop.user(**fields, profile={"givenName": given, "familyName": family, "emailAddress": email})


def found(shop: Shop, text: str, **more: str) -> list[str]:
    """Search, and return the given names found."""
    answer = shop.http.get("/v1/users/", params={"search": text, **more}, headers=shop.headers())
    assert answer.status_code == 200, answer.text
    return [user["profile"]["givenName"] for user in answer.json()["data"]]


async def test_search_finds_by_names_exactly_and_by_beginnings(shop: Shop, open_shop: Any) -> None:
    """Id, account number and authIdentifier match whole; names and the e-mail address by their beginning, any case."""
    ada = member(shop, "Ada", "Byron", "countess@example.org", auth_identifier="auth0|1815")
    member(shop, "Adam", "Zander", "az@example.org", externalIdentifier="crm|9")
    member(shop, "Émile", "D'Ada_100%", "e@example.org")
    member(await open_shop(), "Ada", "Elsewhere", "ada@example.org")
    for text, names in (
        ("ada", ["Ada", "Adam"]), ("ADA B", ["Ada"]), ("byr", ["Ada"]), ("COUNTESS@", ["Ada"]), (" zan ", ["Adam"]),
        ("émi", ["Émile"]), ("ÉMILE", ["Émile"]), ("d'ada_1", ["Émile"]), ("d'ada%", []), ("%", []), ("_da", []),
        (ada["id"], ["Ada"]), (ada["id"].upper(), ["Ada"]), (ada["accountNumber"], ["Ada"]),
        (ada["accountNumber"][:-1], []), ("auth0|1815", ["Ada"]), ("auth0|", []), ("yron", []), ("nobody", []),
    ("crm|9", ["Adam"]), ("", ["Ada", "Adam", "Émile"]),
    ):  # fmt: skip
        assert found(shop, text) == names, text
    assert found(shop, "ada", status="ACTIVE", limit="1") == ["Ada"]
    assert found(shop, "ada", status="CLOSED") == []


FILL = """
insert into users (tenant_id, id, account_number, profile)
select $1, gen_random_uuid(), number::text,
       json_build_object('givenName', md5(number::text), 'familyName', md5(number::text || 'f'),
                         'emailAddress', md5(number::text || 'e') || '@example.org')
from generate_series(1, 20000) as number
"""


async def test_search_does_not_read_every_member(shop: Shop, db: Db, urls: Urls) -> None:
    """Among 20,000 members, a name is found by indexes; the plan reads no table from one end to the other."""
    from punchcard.db.listing import Listing, select  # noqa: PLC0415
    from punchcard.users.user_list import FILTERS, READ_LISTED  # noqa: PLC0415

    await db.execute(FILL, shop.tenant.tenant_id)
    owner = await asyncpg.connect(urls.owner)  # the application's role may not analyze
    await owner.execute("analyze users")
    await owner.close()
    listing = Listing(b"", filters={"search": "c4ca4238a0b9"})
    sql, arguments = select(listing, READ_LISTED, [shop.tenant.tenant_id], FILTERS, id_column="id", order="ASC")
    plan = "\n".join(row[0] for row in await db.fetch(f"explain {sql}", *arguments))
    assert "Seq Scan" not in plan, plan
    assert plan.count("Bitmap Index Scan") == 5, plan
    assert len(found(shop, "c4ca4238a0b9")) == 1


@pytest.mark.parametrize("text", ["\N{PILE OF POO}", "a" * 2_000, "\U0010ffff", "' or true --"])
def test_odd_searches_find_nothing(shop: Shop, text: str) -> None:
    """Whatever is searched for, the answer is a list."""
    assert found(shop, text) == []
