"""The principal: who is calling, as every operation sees it."""

from enum import StrEnum
from functools import cached_property
from uuid import UUID

from msgspec import Struct

from punchcard.access.roles import Role


class Kind(StrEnum):
    """The kinds of callers. `KEY` is a caller with the tenant's API key and nothing else."""

    ADMIN = "admin"
    USER = "user"
    SECRET = "secret"  # noqa: S105 - the name of a kind, not a secret
    KEY = "key"


# Bound once: looking a member up on its enumeration costs as much as a call, and the hot path asks often.
ADMIN, USER, SECRET = Kind.ADMIN, Kind.USER, Kind.SECRET

CONSOLE = "console"
"""The id of an administrator who has signed in to the console by a link; no client has it."""
STAFF = "staff:"
"""What the id of somebody of the staff begins with; the rest is the person's."""


class Principal(Struct, frozen=True, dict=True):
    """Who is calling, within one tenant.

    id: the client's id (CONSOLE for somebody at the console by a link, STAFF and an id for one of the staff), the end
    user's key (authIdentifier or user id, from the token), or the id of the event type's secret. event_type_id: for a
    SECRET, the only type that it may report. user_id: for a USER, once looked up. line_id: for a SECRET, the first of
    those that it was rotated from. session: at the console, what tells its sessions apart. role: an ADMIN's, as of
    this call. member_id: the user that an ADMIN is besides, where that is known. issuer_id: whose token a USER showed;
    None: the engine's own.
    """

    tenant_id: UUID
    kind: Kind
    id: str = ""
    event_type_id: UUID | None = None
    user_id: UUID | None = None
    line_id: UUID | None = None
    session: str | None = None
    role: Role | None = None
    member_id: UUID | None = None
    issuer_id: UUID | None = None

    @cached_property
    def name(self) -> str:
        """What is recorded as reporter: kind and id; for an end user the id of the user, once it is known."""
        return f"{self.kind}:{self.user_id or self.id}"

    @property
    def identity(self) -> str:
        """Who it is where two have to be different people: of those who came by a link, each session is one."""
        return f"{self.name}/{self.session}" if self.id == CONSOLE else self.name

    @property
    def is_looked_up(self) -> bool:
        """Whether it was read from the database a moment ago: a session is, at each call."""
        return self.session is not None

    @property
    def staff_id(self) -> UUID | None:
        """The id of somebody of the staff."""
        return UUID(self.id.removeprefix(STAFF)) if self.id.startswith(STAFF) else None

    @property
    def key_owner(self) -> str:
        """Whose an Idempotency-Key is: a till that repeats a report after the rotation of its secret is the same."""
        return self.name if self.line_id is None else f"{self.kind}:{self.line_id}"
