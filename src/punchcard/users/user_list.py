"""Users found: by what they go by, by the beginnings of names, and in a line each with their wallets."""

from uuid import UUID

from punchcard import wire
from punchcard.db.connection import Db, Row
from punchcard.db.listing import Filter, Listing, Page, listed
from punchcard.users.definitions import UserSummaryView, UserView
from punchcard.users.users import READ, view

READ_LISTED = f"{READ} and status <> 'MERGED'"
READ_SUMMARIES = """
    select * from (
        select users.*, wallets.balance, wallets.pending, wallets.earned, wallets.spent
        from users join wallets on wallets.tenant_id = users.tenant_id and wallets.user_id = users.id
    ) as summary where tenant_id = $1 and status <> 'MERGED'
"""
BY_KEY = "id = (select user_id from user_keys where tenant_id = $1 and key = {})"
# An exact name, or the beginning of one; compared byte by byte, as the indexes are made.
BEGINS = "lower({field}) ~>=~ lower({{0}}) and lower({field}) ~<~ (lower({{0}}) || chr(1114111))"
FULL_NAME = "(profile->>'givenName') || ' ' || (profile->>'familyName')"
NAMED = " or ".join(f"({BEGINS.format(field=field)})" for field in (FULL_NAME, "profile->>'familyName'"))
BY_SEARCH = " or ".join(
    [BY_KEY.replace("{}", "{0}"), "external_identifier = {0}", NAMED]
    + [f"({BEGINS.format(field=field)})" for field in ("profile->>'emailAddress'",)]
)
FILTERS = {
    "id": Filter("id = {}", UUID),
    "accountNumber": Filter(BY_KEY),
    "authIdentifier": Filter(BY_KEY, wire.subject_key),
    "externalIdentifier": Filter("external_identifier = {}"),
    "status": Filter("status = {}"),
    "search": Filter(f"({BY_SEARCH})", lambda text: wire.subject_key(text.strip())),
    "name": Filter(f"({NAMED})", str.strip),
    "emailAddress": Filter("lower(profile->>'emailAddress') = lower({})"),
    "telephoneNumber": Filter("profile->>'telephoneNumber' = {}"),
}


async def list_users(db: Db, tenant_id: UUID, listing: Listing) -> Page[UserView]:
    """List the users.

    `search` finds by id, account number, authIdentifier or externalIdentifier exactly, and by the beginning of a name
    or e-mail address; `name` by the beginning of the family name or of given and family name.
    """
    return await listed(db, listing, READ_LISTED, [tenant_id], FILTERS, view, order="ASC")


async def list_user_summaries(db: Db, tenant_id: UUID, listing: Listing) -> Page[UserSummaryView]:
    """List the users in a line each, with their wallets; filtered as the list of users is."""
    return await listed(db, listing, READ_SUMMARIES, [tenant_id], FILTERS, _summary, order="ASC")


def _summary(row: Row) -> UserSummaryView:
    profile = wire.decode(row["profile"].encode())
    return UserSummaryView(
        row["id"], row["account_number"], row["external_identifier"], profile.get("givenName"),
        profile.get("familyName"), profile.get("emailAddress"), row["status"], row["balance"], row["pending"],
        row["earned"], row["spent"], wire.rfc3339(row["created_at"]),
    )  # fmt: skip
