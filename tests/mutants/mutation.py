"""Mutants: one operator, number or word of a module put in another way, on the way from its source into a process.

A mutant is named by its file and its number among those that the file has, so that it can be made again.
"""

import ast
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import CodeType, FunctionType
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
    """Where something was changed, and what.

    is_inside: in a function, whose code a process can be given anew. within: the function or class, with those around.
    """

    path: str
    number: int
    line: int
    end: int
    what: str
    is_inside: bool
    within: str

    @property
    def name(self) -> str:
        """The name by which it is made again."""
        return f"{self.path}:{self.number}"


class Mutator(ast.NodeTransformer):
    """Counts the places at which a tree can be changed, and changes the one with a number (-1: none)."""

    def __init__(self, path: str, number: int = -1) -> None:
        self.found: list[Mutant] = []
        self._path, self._number = path, number
        self._depth = 0
        self._around: list[str] = []

    def _is_it(self, node: ast.AST, what: str) -> bool:
        line = getattr(node, "lineno", 0)
        end = getattr(node, "end_lineno", line)
        within = ".".join(self._around)
        self.found.append(Mutant(self._path, len(self.found), line, end, what, self._depth > 0, within))
        return len(self.found) - 1 == self._number

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Leave signatures alone: defaults that no caller uses change nothing."""
        self._visit_body(node)
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        """Leave signatures alone, as above."""
        self._visit_body(node)
        return node

    def _visit_body(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._depth += 1
        self._around.append(node.name)
        node.body = [self.visit(part) for part in node.body]
        self._around.pop()
        self._depth -= 1

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """Note what mutants are within."""
        self._around.append(node.name)
        self.generic_visit(node)
        self._around.pop()
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """Leave annotations alone."""
        node.value = self.visit(node.value) if node.value is not None else None
        return node

    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        """Leave alone what says only what holds anyway: nobody changes it, and both are of one length."""
        return node if node.arg in {"frozen", "slots", "strict"} else self.generic_visit(node)

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


def compiled(path: str, number: int) -> CodeType:
    """Return the code of a file with one place changed (-1: none)."""
    tree = Mutator(path, number).visit(ast.parse((SOURCES / path).read_text("utf-8")))
    return compile(ast.fix_missing_locations(tree), str(SOURCES / path), "exec")


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: str, place: str, number: int) -> None:
        super().__init__(name, path)
        self._place, self._number = place, number

    def get_code(self, fullname: str) -> Any:  # noqa: ARG002 - the loader is of one module
        """Compile the changed tree."""
        return compiled(self._place, self._number)


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


def _codes_in(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes_in(constant)


def exchange(name: str, functions: Iterable[FunctionType]) -> None:
    """Put a mutant into functions that are there already: those of its file, as they were read, get its code."""
    path, _, number = name.partition(":")
    anew: dict[tuple[str, int], list[CodeType]] = defaultdict(list)
    was: dict[tuple[str, int], list[CodeType]] = defaultdict(list)
    for codes, of in ((anew, int(number)), (was, -1)):
        for code in _codes_in(compiled(path, of)):
            codes[code.co_qualname, code.co_firstlineno].append(code)
    for function in functions:
        code = function.__code__
        place = code.co_qualname, code.co_firstlineno
        if code.co_filename == str(SOURCES / path) and place in was:
            # Of two functions without a name on one line, that which it was.
            same = was[place].index(code) if len(was[place]) > 1 and code in was[place] else 0
            function.__code__ = anew[place][same]


def put_in(name: str) -> None:
    """Put a mutant into this process, by its name, before anything is read."""
    place, _, number = name.partition(":")
    sys.meta_path.insert(0, _Finder(place, int(number)))
