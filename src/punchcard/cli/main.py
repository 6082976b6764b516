"""The entry point `punchcard`: names the commands, and turns what goes wrong into a sentence and an exit code.

Commands stand here by name and are imported when they are called (or when help lists them all): a script that calls
one command in a loop does not wait for the code of the others.
"""

import sys
from collections.abc import Sequence
from importlib.metadata import version

from cyclopts import App, CycloptsError
from rich.console import Console

from punchcard.cli.options import COULD_NOT, EXIT_CODES, INTERRUPTED, USAGE, examples
from punchcard.errors import PunchcardError, StartRefused

app = App(
    name="punchcard",
    help="An open loyalty engine: report an event, and the points it earns are in the wallet.",
    help_epilogue="\n\n".join(
        (
            examples(
                "punchcard demo",
                "punchcard serve --data ./loyalty",
                'punchcard tenant create "Corner Coffee" --data ./loyalty --json',
                "punchcard events import baskets.jsonl --register",
                "punchcard users import members.csv",
                "punchcard console link --data ./loyalty",
                "punchcard doctor --data ./loyalty",
            ),
            EXIT_CODES,
        )
    ),
    help_format="plaintext",
    version=f"punchcard {version('punchcard')}",
    result_action="return_value",
)
app.command(
    "punchcard.cli.server:serve",
    help_epilogue=examples(
        "punchcard serve",
        "punchcard serve --port 9000 --data ./loyalty",
        "PUNCHCARD_DATABASE_URL=postgresql://app:...@db/loyalty punchcard serve --host 0.0.0.0 --no-migrate",
    ),
)
app.command(
    "punchcard.cli.worker:worker",
    help_epilogue=examples(
        "punchcard worker",
        "PUNCHCARD_DATABASE_URL=postgresql://app:...@db/loyalty punchcard worker --no-migrate",
    ),
)
app.command(
    "punchcard.cli.demo:demo",
    help_epilogue=examples(
        "punchcard demo", "punchcard demo --reset --no-trickle", "punchcard demo --port 9000 --data ./coffee"
    ),
)
app.command("punchcard.cli.tenants:app", name="tenant")
app.command("punchcard.cli.clients:app", name="client")
app.command("punchcard.cli.staff:app", name="staff")
app.command("punchcard.cli.events:app", name="events")
app.command("punchcard.cli.users:app", name="users")
app.command("punchcard.cli.console:app", name="console")
app.command("punchcard.cli.database:app", name="db")
app.command(
    "punchcard.cli.database:doctor",
    help_epilogue=examples(
        "punchcard doctor", """punchcard doctor --json | jq '.findings[] | select(.level != "ok")'"""
    ),
)
app.command(
    "punchcard.cli.replay:replay",
    help_epilogue=examples(
        "punchcard replay --data ./loyalty",
        """punchcard replay --json | jq -r '.tenants[] | .stateHash'""",
    ),
)
app.command(
    "punchcard.cli.settings:config",
    help_epilogue=examples(
        "punchcard config",
        """punchcard config --json | jq -r '.settings[] | select(.source != "default") | .name'""",
    ),
)


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code."""
    if not arguments or arguments[0].startswith("-h") or arguments[0] == "--help":
        for name in app:
            app[name]  # loads it, for the sentence about itself
    try:
        code = app(
            list(arguments),
            exit_on_error=False,
            print_error=True,
            error_console=Console(stderr=True),
        )
    except CycloptsError:
        return USAGE
    except StartRefused as refused:
        return _refuse(str(refused), refused.exit_code)
    except PunchcardError as fault:
        return _refuse(" ".join(one.detail for one in fault.faults) or fault.detail, COULD_NOT)
    except KeyboardInterrupt:
        return INTERRUPTED
    return code if isinstance(code, int) else 0


def _refuse(sentence: str, code: int) -> int:
    sys.stderr.write(f"punchcard: {sentence}\n")
    return code


def main() -> None:
    """Run the command line of this process and exit."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
