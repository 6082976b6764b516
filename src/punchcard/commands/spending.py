"""Caps on spending: what a member has spent on rewards in a period, and whether more is allowed.

Caps of points policies bind purchases alone: what a rule takes away, such as what a return gives back, is no spending.
"""

from datetime import datetime
from uuid import UUID

from punchcard.db.connection import Tx
from punchcard.engine.earning import key_of
from punchcard.engine.limits import Window
from punchcard.engine.policy import Policies, Use, tell
from punchcard.engine.policy import grant as let_pass
from punchcard.engine.situation import Occurrence
from punchcard.engine.words import points as of_points
from punchcard.errors import SpendCapReached
from punchcard.reactors import windows


async def count_spent(tx: Tx, tenant_id: UUID, user_id: UUID, policies: Policies, points: int, now: datetime) -> None:
    """Count points that are being spent against the caps; the caller holds the wallet. Raises: SpendCapReached."""
    event = Occurrence(user_id, {}, now)
    keys = {(tenant_id, *key_of(cap, event)): cap for cap in policies.spend_caps}
    known = await windows.read(tx, keys)
    counted = {key: known.get(key, Window()) for key in keys}
    granted = let_pass(points, [Use(cap.cap, counted[key].points) for key, cap in keys.items()])
    if granted.cut_by:
        detail = f"Of {of_points(points)} {granted.points} may be spent by now: {tell(granted, 'spent')}."
        raise SpendCapReached(detail, price=points, room=granted.points)
    for window in counted.values():
        window.points += points
    await windows.write(tx, counted)
