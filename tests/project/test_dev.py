"""`./dev` helps those who have nothing but Python, and says what is missing to those who have less."""

import ast
import importlib.machinery
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a folder with what `./dev` reads, and no environment."""
    for name in ("dev", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    return tmp_path


def run(folder: Path, *words: str, before: str = "") -> subprocess.CompletedProcess[str]:
    """Run a folder's `dev` with an empty PATH; `before` is Python that alters the interpreter first."""
    program = f"import runpy, sys; sys.argv = {['dev', *words]!r}; {before}\n"
    program += f"runpy.run_path({str(folder / 'dev')!r}, run_name='__main__')"
    environment = {**os.environ, "PATH": "/nowhere"}
    return subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=300, check=False
    )


def loaded(folder: Path) -> ModuleType:
    """Import a folder's `dev`."""
    loader = importlib.machinery.SourceFileLoader("dev_of_a_clone", str(folder / "dev"))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_needs_the_standard_library_only() -> None:
    """`dev` imports nothing that does not come with Python."""
    tree = ast.parse((ROOT / "dev").read_text())
    names = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} - sys.stdlib_module_names == set()


@pytest.mark.parametrize("words", [(), ("help",), ("--help",)])
def test_help_has_a_line_for_every_verb(clone: Path, words: tuple[str, ...]) -> None:
    """Help ends well, needs no environment, and names each verb."""
    told = run(clone, *words)
    assert (told.returncode, told.stderr) == (0, "")
    for verb in ("demo", "test", "check", "bench", "prove", "docs", "setup", "lock", "clean"):
        assert f"./dev {verb}" in told.stdout


def test_an_unknown_verb_names_the_known_ones(clone: Path) -> None:
    """A verb that is not there ends with status 2 and a sentence that names those that are."""
    told = run(clone, "tset")
    assert told.returncode == 2
    assert re.fullmatch(r"There is no \./dev tset; there are: .*\btest\b.*\.\n", told.stderr)


def test_an_older_python_is_told_which_one_is_needed(clone: Path) -> None:
    """Under Python 3.10, with no newer one on the PATH, one sentence names the version needed."""
    told = run(clone, "test", before="sys.version_info = (3, 10, 0, 'final', 0)")
    assert told.returncode == 1
    assert re.fullmatch(r"Punchcard needs Python 3\.11 or newer; this is .*\.\n", told.stderr)


def test_a_python_without_ensurepip_is_told_the_line_to_type(clone: Path) -> None:
    """Where Debian's ensurepip is missing and cannot be installed, the one apt line is printed, and no traceback."""
    told = run(clone, "setup", before="sys.modules['ensurepip'] = None")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert told.returncode == 1
    assert told.stderr.splitlines()[-1] == f"    sudo apt-get install -y python{version}-venv"
    assert "Traceback" not in told.stderr


def test_a_lock_that_was_forgotten_is_named(clone: Path) -> None:
    """A dependency that was added without `./dev lock` is seen, without network, for each lock that it concerns."""
    dev = loaded(clone)
    assert dev.drifted_locks() == []
    project = (clone / "pyproject.toml").read_text()
    (clone / "pyproject.toml").write_text(project.replace('"asyncpg>=', '"attrs",\n  "asyncpg>=', 1))
    assert dev.drifted_locks() == ["runtime", "dev"]


def test_an_environment_that_was_moved_is_made_anew(clone: Path) -> None:
    """An environment that was made for another folder does not count as usable."""
    dev = loaded(clone)
    (clone / ".venv/bin").mkdir(parents=True)
    for name in ("python", "uv"):
        (clone / ".venv/bin" / name).touch()
    (clone / ".venv/pyvenv.cfg").write_text("command = python3 -m venv /somewhere/else/.venv\n")
    assert not dev.is_usable()
    (clone / ".venv/pyvenv.cfg").write_text(f"command = python3 -m venv {clone}/.venv\n")
    assert dev.is_usable()


def test_clean_leaves_data_alone(clone: Path) -> None:
    """`clean` removes the environment and the caches, and no data folder."""
    for name in (".venv", ".mypy_cache", "data", "src/punchcard/__pycache__"):
        (clone / name).mkdir(parents=True)
    told = run(clone, "clean")
    assert (told.returncode, told.stderr) == (0, "")
    assert [(clone / name).exists() for name in (".venv", ".mypy_cache", "data")] == [False, False, True]
    assert not (clone / "src/punchcard/__pycache__").exists()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_locks_have_a_hash_for_everything_and_name_no_host(lock: Path) -> None:
    """Every pinned package has a hash, and no lock says where packages are to be had."""
    text = re.sub(r"(?m)^ *#.*$", "", lock.read_text())
    pins = re.split(r"(?m)^(?=[A-Za-z0-9])", text)[1:]
    assert pins
    assert [pin.split(" ")[0] for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []
    assert re.findall(r"://|--(?:extra-)?index-url|--find-links", text) == []


def test_the_locks_agree() -> None:
    """What runs in production is what the tests ran with."""
    pins = {lock.stem: set(re.findall(r"(?m)^[A-Za-z0-9_.-]+==[^ ]+", lock.read_text())) for lock in LOCKS}
    assert pins["runtime"] - pins["dev"] == set()
    assert pins["bootstrap"] - pins["dev"] == set()


def test_the_continuous_integration_runs_dev_test() -> None:
    """`.ci/run` is executable and ends in `./dev test`."""
    script = ROOT / ".ci/run"
    assert os.access(script, os.X_OK)
    assert script.read_text().splitlines()[-1] == "exec ./dev test"
