"""Plants one bug in the product of this process, before any of it is read.

The sources stay as they are: what is read of a file with a change is changed on the way. `site/sitecustomize.py` asks
for it in every Python that is started with SEEDED, so that all processes of a test have the bug.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import pathlib
import sys
from pathlib import Path
from typing import Any

from tests.seeded.bugs import BUGS, Bug

SOURCES = Path(__file__).parents[2] / "src" / "punchcard"


class Mutilated(Exception):
    """A change does not fit the sources any more."""


def changed(bug: Bug, path: str, text: str) -> str:
    """Return a file's text with a bug's changes. Raises: Mutilated."""
    for change in bug.changes:
        if change.path == path:
            if text.count(change.before) != 1:
                raise Mutilated(f"{bug.name}: {text.count(change.before)} times in {path}: {change.before!r}")
            text = text.replace(change.before, change.after)
    return text


class _Loader(importlib.machinery.SourceFileLoader):
    """Reads a module with the bug in it, and leaves no bytecode."""

    def __init__(self, bug: Bug, name: str, path: str, place: str) -> None:
        super().__init__(name, path)
        self._bug, self._place = bug, place

    def get_code(self, fullname: str) -> Any:  # noqa: ARG002 - the loader is of one module
        """Compile the changed text."""
        return compile(changed(self._bug, self._place, Path(self.path).read_text("utf-8")), self.path, "exec")


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, bug: Bug) -> None:
        self._bug = bug
        self._places = {change.path for change in bug.changes}

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
        """Find the modules that are changed; leave the others to Python."""
        del path, target
        place = fullname.removeprefix("punchcard.").replace(".", "/") + ".py"
        if not fullname.startswith("punchcard.") or place not in self._places:
            return None
        file = str(SOURCES / place)
        return importlib.util.spec_from_loader(fullname, _Loader(self._bug, fullname, file, place))


def plant(name: str) -> None:
    """Plant a bug, by name, in this process."""
    (bug,) = [one for one in BUGS if one.name == name]
    read = [module for module in sys.modules if module.startswith("punchcard.")]
    assert not read, f"too late: {read[:3]} has been read"
    sys.meta_path.insert(0, _Finder(bug))
    scripts = {change.path for change in bug.changes if change.path.endswith(".sql")}
    if scripts:
        _plant_in_scripts(bug, scripts)


def _plant_in_scripts(bug: Bug, scripts: set[str]) -> None:
    whole = pathlib.Path.read_text

    def read_text(self: Path, *arguments: Any, **options: Any) -> str:
        text = whole(self, *arguments, **options)
        place = str(self).partition("/punchcard/")[2]
        return changed(bug, place, text) if place in scripts else text

    pathlib.Path.read_text = read_text  # type: ignore[method-assign]
