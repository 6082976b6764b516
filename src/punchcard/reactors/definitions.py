"""What a reactor may say: the reference's EventReactorDefinition, read strictly and compiled for the kernel."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from punchcard import wire
from punchcard.engine.constraint import ConstraintFault, compile_constraint
from punchcard.engine.facts import PROFILE, unseen_of
from punchcard.reactors.limits import Context, GroupDefinition, Limits
from punchcard.reactors.reactions import REACTIONS_MAX, ReactionDefinition, Referred

Ascii64 = Annotated[str, Field(min_length=2, max_length=64, pattern=r"^[\x00-\x7F]+$")]
Ascii1024 = Annotated[str, Field(min_length=2, max_length=1024, pattern=r"^[\x00-\x7F]+$")]


Reactions = Annotated[list[ReactionDefinition], Field(max_length=REACTIONS_MAX)]
Priority = Annotated[wire.Integer, Field(ge=-1_000_000, le=1_000_000)]
MaxActivations = Annotated[wire.Integer, Field(ge=1, le=2_147_483_647)]


class Constrained(wire.Definition):
    """What has a constraint, which compiles."""

    @field_validator("constraint", check_fields=False)
    @classmethod
    def _compiles(cls, value: wire.Json | str | None) -> wire.Json | str | None:
        try:
            compiled = compile_constraint(value)
        except ConstraintFault as fault:
            at = f"Line {fault.place.line}, column {fault.place.column}" if fault.place else "The constraint"
            raise ValueError(f"{fault.pointer or at}: {fault}") from None
        unseen = unseen_of(frozenset() if compiled is None else compiled.paths)
        if unseen:
            raise ValueError(f"Of user.profile rules see {', '.join(PROFILE)}; {unseen[0]} is none of them.")
        return value


class EventReactorDefinition(Constrained):
    """A new reactor. `eventType` is an id, a name, or `{id}`.

    `constraint` is a JSON Schema of the payload (draft 6), an expression, or rows.
    """

    name: Ascii64
    description: Ascii1024 | None = None
    event_type: str | Referred
    reactions: Reactions = Field(default_factory=list)
    constraint: wire.Json | str | None = None
    max_activations: MaxActivations | None = None
    activation_context: Context = "SUBJECT"
    effectivity: wire.Effectivity | None = None
    priority: Priority = 0
    limits: Limits = Field(default_factory=list)
    group: GroupDefinition | None = None
    state: Literal["DRAFT", "LIVE"] = "LIVE"


class EventReactorPatch(Constrained):
    """What to change of a reactor; it makes a new version.

    What was counted for its limits goes on, or starts anew with `keepCounts` false.
    """

    name: Ascii64 | None = None
    description: Ascii1024 | None = None
    constraint: wire.Json | str | None = None
    reactions: Reactions | None = None
    max_activations: MaxActivations | None = None
    activation_context: Context | None = None
    effectivity: wire.Effectivity | None = None
    priority: Priority | None = None
    limits: Limits | None = None
    group: GroupDefinition | None = None
    keep_counts: wire.Flag = True
