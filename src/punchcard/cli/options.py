"""Options that every command takes, and the exit codes that every command keeps to."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

OK = 0
COULD_NOT = 1  # the database or the folder would not; the sentence on standard error says why
USAGE = 2  # an option or a setting that cannot be used
NOT_HEALTHY = 3  # the command worked, and what it looked at is not in order
INTERRUPTED = 130  # Ctrl-C in a command other than serve

EXIT_CODES = (
    "Exit codes: 0 done; 1 could not, and standard error says why in one sentence; 2 an option or a setting that "
    "cannot be used; 3 done, and something is not in order: what doctor or db status looked at, or rows of an import "
    "that were not recorded; 130 interrupted.\n\n"
    "The database is the one of --data, else of PUNCHCARD_DATABASE_URL, else an embedded PostgreSQL on PUNCHCARD_DATA, "
    "else on this user's default folder. Commands work whether or not a server runs on the folder."
)


def examples(*lines: str) -> str:
    """Return what stands under a command's help."""
    return "\n\n".join(["Examples:", *(f"  {line}" for line in lines)])


Data = Annotated[
    Path | None,
    Parameter(name="--data", help="Folder of the embedded PostgreSQL; wins over PUNCHCARD_DATABASE_URL."),
]
Json = Annotated[bool, Parameter(name="--json", negative="", show_default=False, help="Print JSON, for scripts.")]
NoMigrate = Annotated[
    bool,
    Parameter(
        name="--no-migrate", negative="", show_default=False, help="Refuse to work while migrations are pending."
    ),
]

DEFAULT_URL = "http://127.0.0.1:8080"
Url = Annotated[str, Parameter(env_var="PUNCHCARD_URL", help="Where the server is.")]
ApiKey = Annotated[str | None, Parameter(env_var="PUNCHCARD_API_KEY", help="The tenant's API key.")]
ClientId = Annotated[str | None, Parameter(env_var="PUNCHCARD_CLIENT_ID", help="A client of the tenant.")]
