"""How an event type takes reports: its settings, worked out once for the hot path."""

from datetime import timedelta

from msgspec import Struct

from punchcard.engine.enhancement import RANDOM_NUMBER
from punchcard.engine.identity import Identity, Steps, compile_identity, steps
from punchcard.events.type_settings import TypeSettings

WINDOW_SECONDS = 60
"""How long the same content is a duplicate, where the event type says nothing else."""


class Intake(Struct, frozen=True):
    """What differs from type to type while a report is taken in; the defaults are those of a type that says nothing.

    window_seconds   how long the same content is a duplicate; 0: never
    identity         what of a payload makes it the same; None: all of it
    near             the place of the value by which near-duplicates are found
    past, ahead      how far from now `occurredAt` may lie; None: as far as the engine allows
    late_after       how long after it occurred an event is late; None: never
    holds_late       whether what is late waits in quarantine, instead of being refused
    keeps_invalid    the same of a payload that breaks the schema
    """

    window_seconds: int = WINDOW_SECONDS
    identity: Identity | None = None
    near: Steps | None = None
    past: timedelta | None = None
    ahead: timedelta | None = None
    late_after: timedelta | None = None
    holds_late: bool = False
    keeps_invalid: bool = False


def intake_of(settings: TypeSettings, enhancers: tuple[str, ...]) -> Intake:
    """Return what a type's settings and enhancers come to; a random number makes every event unlike any other."""
    pointer, past, ahead = (
        settings.near_duplicate_pointer, settings.occurred_past_days, settings.occurred_future_seconds,
    )  # fmt: skip
    is_late = settings.late_policy != "accept" and settings.late_after_days is not None
    return Intake(
        window_seconds=0 if RANDOM_NUMBER in enhancers else settings.duplicate_window_seconds,
        identity=compile_identity(settings.duplicate_include, settings.duplicate_exclude),
        near=None if pointer is None else steps(pointer),
        past=None if past is None else timedelta(days=past),
        ahead=None if ahead is None else timedelta(seconds=ahead),
        late_after=timedelta(days=settings.late_after_days or 0) if is_late else None,
        holds_late=settings.late_policy == "hold",
        keeps_invalid=settings.on_invalid == "quarantine",
    )
