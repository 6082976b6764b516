"""Mutants: one operator, number or word of a module put in another way, on the way from its source into a process.

A mutant is named by its file and its number among those that the file has, so that it can be made again.
"""

import ast
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from pathlib import Path
from typing import Any, NamedTuple

SOURCES = Path(__file__).parents[2] / "src" / "punchcard"
COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
WORKED_OUT: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
}  # fmt: skip
NAMED = {"min": "max", "max": "min", "any": "all", "all": "any"}


class Mutant(NamedTuple):
    """Where something was changed, and what."""

    path: str
    number: int
    line: int
    end: int
    what: str

    @property
    def name(self) -> str:
        """The name by which it is made again."""
        return f"{self.path}:{self.number}"


class Mutator(ast.NodeTransformer):
    """Counts the places at which a tree can be changed, and changes the one with a number (-1: none)."""

    def __init__(self, path: str, number: int = -1) -> None:
        self.found: list[Mutant] = []
        self._path, self._number = path, number

    def _is_it(self, node: ast.AST, what: str) -> bool:
        line = getattr(node, "lineno", 0)
        end = getattr(node, "end_lineno", line)
        self.found.append(Mutant(self._path, len(self.found), line, end, what))
        return len(self.found) - 1 == self._number

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Leave signatures alone: defaults that no caller uses change nothing."""
        node.body = [self.visit(part) for part in node.body]
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        """Leave signatures alone, as above."""
        node.body = [self.visit(part) for part in node.body]
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """Leave annotations alone."""
        node.value = self.visit(node.value) if node.value is not None else None
        return node

    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        """Leave `frozen` and `slots` alone: what nobody changes is the same without them."""
        return node if node.arg in {"frozen", "slots"} else self.generic_visit(node)

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        """Leave assertions alone: they say what holds anyway."""
        return node

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        """Leave the sentences of errors alone."""
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """Put each comparison in its neighbour's place."""
        self.generic_visit(node)
        for place, operator in enumerate(node.ops):
            other = COMPARED[type(operator)]
            if self._is_it(node, f"{type(operator).__name__} -> {other.__name__}"):
                node.ops[place] = other()
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """Put each sum and product the other way."""
        self.generic_visit(node)
        other = WORKED_OUT.get(type(node.op))
        if other is not None and self._is_it(node, f"{type(node.op).__name__} -> {other.__name__}"):
            node.op = other()
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        """Put `or` for `and`."""
        self.generic_visit(node)
        other = ast.Or if isinstance(node.op, ast.And) else ast.And
        if self._is_it(node, f"{type(node.op).__name__} -> {other.__name__}"):
            node.op = other()
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        """Leave a `not` or a minus out."""
        self.generic_visit(node)
        if isinstance(node.op, ast.Not | ast.USub) and self._is_it(node, f"{type(node.op).__name__} left out"):
            return node.operand
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        """Turn True and False round, and count one up."""
        if isinstance(node.value, bool):
            if self._is_it(node, f"{node.value} -> {not node.value}"):
                return ast.copy_location(ast.Constant(not node.value), node)
        elif isinstance(node.value, int) and self._is_it(node, f"{node.value} -> {node.value + 1}"):
            return ast.copy_location(ast.Constant(node.value + 1), node)
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Put `max` for `min`, and `any` for `all`."""
        other = NAMED.get(node.id)
        if other is not None and isinstance(node.ctx, ast.Load) and self._is_it(node, f"{node.id} -> {other}"):
            return ast.copy_location(ast.Name(other, node.ctx), node)
        return node


def mutants_of(path: str) -> list[Mutant]:
    """Return all mutants of a file below `src/punchcard/`."""
    mutator = Mutator(path)
    mutator.visit(ast.parse((SOURCES / path).read_text("utf-8")))
    return mutator.found


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: str, place: str, number: int) -> None:
        super().__init__(name, path)
        self._place, self._number = place, number

    def get_code(self, fullname: str) -> Any:  # noqa: ARG002 - the loader is of one module
        """Compile the changed tree."""
        tree = Mutator(self._place, self._number).visit(ast.parse(Path(self.path).read_text("utf-8")))
        return compile(ast.fix_missing_locations(tree), self.path, "exec")


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, place: str, number: int) -> None:
        self._place, self._number = place, number
        self._module = "punchcard." + place.removesuffix(".py").replace("/", ".")

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
        """Find the module that is changed; leave the others to Python."""
        del path, target
        if fullname != self._module:
            return None
        loader = _Loader(fullname, str(SOURCES / self._place), self._place, self._number)
        return importlib.util.spec_from_loader(fullname, loader)


def put_in(name: str) -> None:
    """Put a mutant into this process, by its name, before anything is read."""
    place, _, number = name.partition(":")
    sys.meta_path.insert(0, _Finder(place, int(number)))
