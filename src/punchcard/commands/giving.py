"""What points policies say of points that a command gives: whether the caps let them pass, and how they are kept.

A command gives all that it was asked for or nothing: it is not for a cap to make an administrator's number another one.
"""

from datetime import datetime
from uuid import UUID

from punchcard.db.connection import Tx
from punchcard.engine.earning import give, key_of, move
from punchcard.engine.limits import Window
from punchcard.engine.policy import Policies, Use, tell, terms
from punchcard.engine.policy import grant as let_pass
from punchcard.engine.situation import Occurrence, Posting, Subject
from punchcard.errors import PolicyExceeded
from punchcard.reactors import windows


async def require_room(
    tx: Tx, member: tuple[UUID, UUID], subject: Subject, policies: Policies, points: int, now: datetime, *, earned: bool
) -> None:
    """Make sure that the caps let all of the points pass, and count them. The caller holds the wallet.

    member: tenant id and user id. earned: whether they count as earned, and so towards caps on earning.
    Raises: PolicyExceeded.
    """
    tenant_id, user_id = member
    event = Occurrence(user_id, {}, now)
    keys = {(tenant_id, *key_of(cap, event)): cap for cap in (policies.earn_caps if earned else ())}
    known = await windows.read(tx, keys) if keys else {}
    counted = {key: known.get(key, Window()) for key in keys}
    uses = [Use(cap.cap, counted[key].points) for key, cap in keys.items()]
    uses += [Use(cap, subject.balance + subject.pending) for cap in policies.balance_caps]
    granted = let_pass(points, uses)
    if granted.cut_by:
        detail = f"A points policy lets less than that pass: {tell(granted)}. BYPASS leaves policies out."
        raise PolicyExceeded(detail, points=points, room=granted.points)
    for window in counted.values():
        window.points += points
    await windows.write(tx, counted)


def keep(subject: Subject, policies: Policies, points: int, now: datetime, account: str) -> Posting:
    """Give points, which run out as points that are earned now."""
    agreed = terms(policies, None, now)
    if agreed is None:
        return move(subject, points, account=account)
    return give(subject, points, agreed, now, pending=False, account=account)
