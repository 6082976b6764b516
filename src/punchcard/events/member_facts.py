"""What is true of a member now, apart from any event: what the criteria of rewards look at."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from msgspec import structs

from punchcard.db.connection import Tx
from punchcard.engine.facts import Facts, Path, of_member, of_wallet
from punchcard.engine.situation import Subject
from punchcard.users.consents import read_given_names
from punchcard.users.users import read_members


async def facts_of(
    tx: Tx, tenant_id: UUID, user_id: UUID, subject: Subject, paths: Collection[Path], now: datetime
) -> Facts:
    """Return the facts at `paths`, and those beside them that cost nothing more."""
    facts: dict[str, object] = {"now": now, "wallet": of_wallet(subject.balance, subject.pending)}
    if any(path[0] == "user" for path in paths):
        asked = [(tenant_id, user_id)]
        member = (await read_members(tx, asked))[user_id]
        if any(path[:2] in (("user",), ("user", "consents")) for path in paths):
            member = structs.replace(member, consents=(await read_given_names(tx, asked)).get(user_id, []))
        facts["user"] = of_member(member, now)
    return facts
