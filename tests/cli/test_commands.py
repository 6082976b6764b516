"""What each command prints, and the exit codes that scripts rely on."""

import json
from importlib.metadata import version
from pathlib import Path
from uuid import UUID

import pytest

from punchcard.db import migrate
from punchcard.db.embedded import Urls
from tests.cli.conftest import punchcard


def test_version() -> None:
    """`--version` prints name and version."""
    done = punchcard("--version")
    assert (done.returncode, done.stdout) == (0, f"punchcard {version('punchcard')}\n")


@pytest.mark.parametrize(
    "command",
    ["serve", "demo", "tenant create", "tenant list", "events import", "db migrate", "db status", "doctor", "config"],
)
def test_help_has_examples(command: str) -> None:
    """Every command's help shows how it is called."""
    done = punchcard(*command.split(), "--help")
    assert done.returncode == 0
    assert "Examples:" in done.stdout
    assert f"punchcard {command}" in done.stdout.partition("Examples:")[2]
    assert ("--url" if command == "events import" else "--data") in done.stdout


def test_the_program_s_help_has_examples() -> None:
    """The program's own help shows how one begins."""
    told = punchcard("--help").stdout.partition("Examples:")[2]
    for line in ("punchcard demo", "punchcard serve", "punchcard tenant create", "punchcard events import"):
        assert line in told


def test_help_documents_the_exit_codes() -> None:
    """The program's help lists what each exit code means."""
    assert "Exit codes: 0 done; 1 could not" in " ".join(punchcard("--help").stdout.split())


@pytest.mark.parametrize(
    "arguments", [("bogus",), ("serve", "--port", "abc"), ("tenant", "create"), ("db", "status", "--colour")]
)
def test_wrong_usage_exits_2(arguments: tuple[str, ...]) -> None:
    """A command, option or argument that cannot be used: exit 2, the reason on standard error, nothing printed."""
    done = punchcard(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr
    assert "Traceback" not in done.stderr


def test_setting_that_cannot_be_used_exits_2() -> None:
    """A setting out of bounds is named, in one line."""
    done = punchcard("config", PORT="70000")
    assert done.returncode == 2
    assert done.stderr.startswith("punchcard: PUNCHCARD_PORT cannot be used")
    assert done.stderr.count("\n") == 1


def test_config_says_where_each_value_comes_from_and_hides_secrets(tmp_path: Path) -> None:
    """`config` lists every setting with its source, and no secret."""
    key, url = "k" * 40, "postgresql://someone:hidden@nowhere/db"
    done = punchcard("config", "--data", str(tmp_path), "--json", PORT="9000", SECRET_KEY=key, MIGRATE_URL=url)
    assert done.returncode == 0
    rows = {row["name"]: row for row in json.loads(done.stdout)["settings"]}
    assert (rows["PUNCHCARD_PORT"]["value"], rows["PUNCHCARD_PORT"]["source"]) == (9000, "environment")
    assert (rows["PUNCHCARD_DATA"]["value"], rows["PUNCHCARD_DATA"]["source"]) == (str(tmp_path), "option")
    assert (rows["PUNCHCARD_HOST"]["value"], rows["PUNCHCARD_HOST"]["source"]) == ("127.0.0.1", "default")
    assert rows["PUNCHCARD_SECRET_KEY"]["source"] == "environment"
    for text in (done.stdout, punchcard("config", SECRET_KEY=key, DATABASE_URL=url).stdout):
        assert key not in text
        assert "hidden" not in text


@pytest.mark.parametrize("command", ["tenant list", "db status", "doctor"])
def test_looking_makes_no_data_folder(data: Path, command: str) -> None:
    """A command that only looks refuses a folder that is not there, and does not make it."""
    done = punchcard(*command.split(), "--data", str(data))
    assert done.returncode == 1
    assert done.stderr == (
        f"punchcard: There is no data in {data} yet: run 'punchcard serve', or name the folder with --data.\n"
    )
    assert not data.exists()


@pytest.mark.parametrize(
    "command", ["serve", "tenant create Coffee", "tenant list", "db migrate", "db status", "doctor"]
)
def test_database_that_cannot_be_reached_is_one_sentence(command: str) -> None:
    """An external database that is not there: exit 1 and one sentence, without the password."""
    done = punchcard(*command.split(), DATABASE_URL="postgresql://someone:hidden@127.0.0.1:1/loyalty")
    assert (done.returncode, done.stdout) == (1, "")
    assert "The database at 127.0.0.1:1/loyalty cannot be reached" in done.stderr
    assert done.stderr.count("\n") == 1
    assert "hidden" not in done.stderr


def test_life_of_a_folder_without_a_server(data: Path) -> None:
    """On a new folder: migrate applies everything once, status and doctor are content, and each command ends alone."""
    place = ("--data", str(data), "--json")
    names = [script.name for script in migrate.scripts()]
    assert json.loads(punchcard("db", "migrate", *place).stdout) == {"applied": names}
    assert json.loads(punchcard("db", "migrate", *place).stdout) == {"applied": []}
    done = punchcard("db", "status", *place)
    told = json.loads(done.stdout)
    assert (done.returncode, told["current"]) == (0, True)
    assert [row["name"] for row in told["migrations"]] == names
    done = punchcard("doctor", *place)
    assert (done.returncode, json.loads(done.stdout)["healthy"]) == (0, True)
    assert not (data / "postgres" / "postmaster.pid").exists()


def test_database_without_the_schema(served: tuple[Path, Urls]) -> None:
    """An external database that was never migrated: status and doctor exit 3, `--no-migrate` refuses."""
    empty = served[1].owner.rpartition("/")[0] + "/postgres"  # reachable for the owner, and without our tables
    done = punchcard("db", "status", "--json", DATABASE_URL=empty)
    assert done.returncode == 3
    assert json.loads(done.stdout)["current"] is False
    assert punchcard("doctor", "--json", DATABASE_URL=empty).returncode == 3
    for command in ("serve --no-migrate", "tenant create Coffee --no-migrate", "tenant list"):
        done = punchcard(*command.split(), DATABASE_URL=empty)
        assert done.returncode == 1
        assert "are pending: run 'punchcard db migrate'" in done.stderr


def test_tenants_while_a_server_has_the_folder(served: tuple[Path, Urls]) -> None:
    """A tenant is created and listed on a folder that a server holds; the four keys are what the contract names."""
    place = ("--data", str(served[0]), "--json")
    done = punchcard("tenant", "create", "Corner Café", *place)
    assert done.returncode == 0, done.stderr
    keys = json.loads(done.stdout)
    assert list(keys) == ["tenantId", "apiKey", "clientId", "clientSecret"]
    assert [str(UUID(keys[name])) for name in ("tenantId", "apiKey")] == [keys["tenantId"], keys["apiKey"]]
    told = json.loads(punchcard("tenant", "list", *place).stdout)["tenants"]
    mine = next(tenant for tenant in told if tenant["tenantId"] == keys["tenantId"])
    assert (mine["name"], mine["apiKey"]) == ("Corner Café", keys["apiKey"])
    assert keys["clientSecret"] not in json.dumps(told)


def test_a_client_is_added_to_a_tenant(served: tuple[Path, Urls]) -> None:
    """`client add` gives an id and a secret of a role to a tenant; what is no role, or no name, is refused."""
    place = ("--data", str(served[0]), "--json")
    tenant = json.loads(punchcard("tenant", "create", "Corner Café", *place).stdout)["tenantId"]
    keys = json.loads(punchcard("client", "add", "Till 1", "--role", "integration", "--tenant", tenant, *place).stdout)
    assert (keys["tenantId"], keys["role"]) == (tenant, "INTEGRATION")
    assert keys["clientSecret"].startswith("pcc_")
    assert punchcard("client", "add", "Till 1", "--role", "king", "--tenant", tenant, *place).returncode == 2
    refused = punchcard("client", "add", " ", "--role", "owner", "--tenant", tenant, *place)
    assert (refused.returncode, refused.stdout) == (1, "")


def test_first_tenant_on_a_new_folder(data: Path) -> None:
    """`tenant create` on a folder that does not exist makes and migrates it; the table for people has the keys too."""
    done = punchcard("tenant", "create", "Corner Coffee", "--data", str(data))
    assert done.returncode == 0, done.stderr
    assert "clientSecret" in done.stdout
    assert "it is not shown again" in done.stdout
    assert "Corner Coffee" in punchcard("tenant", "list", "--data", str(data)).stdout


def test_name_that_cannot_be_used(served: tuple[Path, Urls]) -> None:
    """A tenant without a name is refused in a sentence."""
    done = punchcard("tenant", "create", "", "--data", str(served[0]))
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_folder_in_use_by_a_server(served: tuple[Path, Urls]) -> None:
    """A second server on a folder is refused."""
    done = punchcard("serve", "--data", str(served[0]), "--port", "0")
    assert done.returncode == 1
    assert "is in use by process" in done.stderr
