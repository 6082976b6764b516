"""What a reactor version did, told: what is needed of the version beside its verdict, and the sentences of its acts."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from punchcard.engine.constraint import Constraint
from punchcard.engine.verdicts import Planned
from punchcard.engine.words import plural


class Judged(Struct, frozen=True):
    """What is needed beside a verdict to tell it: the reactor version as it was.

    reactions: as they were defined. names: of the badges and rewards that they speak of, by id, as these are now.
    """

    name: str
    version: int
    constraint: Constraint | None
    max_activations: int | None
    effective_from: str | None
    effective_until: str | None
    counts_everybody: bool = False
    reactions: Sequence[Mapping[str, Any]] = ()
    names: Mapping[str, str] = {}

    @property
    def title(self) -> str:
        """The reactor's name, and the number of its version."""
        return f"“{self.name}” (version {self.version})"

    def thing(self, number: int) -> str:
        """Return the name of the badge or reward that a reaction speaks of, or its id."""
        given = self.reactions[number] if number < len(self.reactions) else {}
        named = thing_of(given) or "unknown"
        return f"“{self.names.get(named, named)}”"


def thing_of(reaction: Mapping[str, Any]) -> str | None:
    """Return the id of the badge or reward that a reaction, as it was defined, speaks of."""
    named = reaction.get("badge") or reaction.get("reward")
    return None if named is None else str(named["id"] if isinstance(named, Mapping) else named).lower()


def told_act(planned: Planned, judged: Judged) -> str:
    """Tell in a sentence what a reaction did beside points."""
    number = planned.number
    given = judged.reactions[number] if number < len(judged.reactions) else {}
    match planned.act:
        case "B":
            return f"It awarded the badge {judged.thing(number)}."
        case "R":
            return f"It gave a voucher of {judged.thing(number)}."
        case "A":
            keys = [f"“{one['key']}”" for one in given.get("attributes", ())]
            return f"It set the {plural(len(keys), 'attribute')} {', '.join(keys)}."
        case "W":
            return f"It has {urlsplit(given.get('url', '')).hostname} called."
    return f"It ran {given.get('handler', 'a handler')}."


_GOT = {"B": "You earned a badge.", "R": "You were given a voucher of {}."}


def told_member(planned: Planned, judged: Judged) -> list[str]:
    """Tell the member what a reaction did beside points, where it concerns the member."""
    return [_GOT[planned.act].format(judged.thing(planned.number))] if planned.act in _GOT else []
