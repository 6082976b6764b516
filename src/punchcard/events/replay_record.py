"""What a replay reads of each event, and what it counts over all members."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct, field

from punchcard.engine.limits import ROLLING_MAX, Key, Window
from punchcard.engine.replay import Told, counted_over_everybody
from punchcard.engine.situation import Decision


class Record(Struct, frozen=True):
    """An event as it is recorded. active_at: pinned with what time has done; `entries` are rows of the ledger.

    follows: it followed from another event of the member, and so posted nothing by itself.
    """

    id: UUID
    type_id: UUID
    type_name: str
    payload: Mapping[str, Any]
    points: int
    told: Told
    is_by_time: bool
    follows: bool
    active_at: datetime | None
    entries: Sequence[tuple[Any, ...]]
    moves: Sequence[tuple[Any, ...]]


class Everybody(Struct):
    """What is counted over all members, as the lives of all of them add it up."""

    activations: dict[tuple[UUID, UUID], int] = field(default_factory=dict)
    windows: dict[Key, Window] = field(default_factory=dict)

    def count(self, told: Told, decision: Decision) -> None:
        """Count what an event has come to."""
        activations, windows = counted_over_everybody(told.event, decision, told.reactors)
        for counter in activations:
            self.activations[counter] = self.activations.get(counter, 0) + 1
        for key, (points, is_rolling, has_fired) in windows.items():
            window = self.windows.setdefault(key, Window())
            window.count += has_fired
            window.points += points
            if is_rolling and has_fired:
                window.fired_at = sorted([*window.fired_at, told.event.occurred_at])[-ROLLING_MAX:]
