"""From text to a tree, by the grammar of CEL. What is outside our subset is refused with a sentence."""

from difflib import get_close_matches

from punchcard.engine.expression.faults import ExpressionFault
from punchcard.engine.expression.functions import FUNCTIONS, MACROS, MATH
from punchcard.engine.expression.lexer import Token, read_tokens
from punchcard.engine.expression.nodes import (
    Binary,
    Call,
    Choice,
    Entries,
    Has,
    Index,
    Items,
    Literal,
    Macro,
    Name,
    Node,
    Select,
    Unary,
    join,
    minus,
    walk,
)
from punchcard.engine.expression.printer import KEYWORDS, LEVELS

BYTES_MAX = 8_192
DEPTH_MAX = 64

RESERVED = frozenset(
    {"as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package"}
    | {"namespace", "return", "var", "void", "while"}
)
_CONSTANTS = {"true": True, "false": False, "null": None}
_RELATION = LEVELS["in"]


def parse(text: str) -> Node:
    """Return the tree of `text`. Raises: ExpressionFault."""
    size = len(text.encode(errors="replace"))
    if size > BYTES_MAX:
        raise ExpressionFault(f"The expression has {size} bytes; {BYTES_MAX} are the most. Make it shorter.", 0)
    half = next((at for at, character in enumerate(text) if "\ud800" <= character <= "\udfff"), None)
    if half is not None:
        raise ExpressionFault("This is half a character; write it whole.", half)
    tree = _Parser(read_tokens(text)).whole()
    check_depth(tree)
    return tree


def check_depth(tree: Node) -> None:
    """Refuse a tree that is too deep to be walked. Raises: ExpressionFault."""
    for node, depth in walk(tree):
        if depth > DEPTH_MAX:
            raise ExpressionFault(_TOO_DEEP, node.at)


_TOO_DEEP = (
    f"The expression is nested deeper than {DEPTH_MAX} levels here; each operator but && and || in a row counts as"
    " one. Make it flatter."
)


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.place = 0
        self.depth = 0

    def whole(self) -> Node:
        tree = self.choice()
        if self.token.kind != "end":
            raise self.fault("an operator or the end")
        return tree

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.token
        self.place += 1
        return token

    def has(self, sign: str) -> bool:
        """Step over `sign` when it is next, and tell whether it was."""
        found = self.token.kind == "sign" and self.token.text == sign
        self.place += found
        return found

    def expect(self, sign: str) -> None:
        if not self.has(sign):
            raise self.fault(sign)

    def fault(self, wanted: str) -> ExpressionFault:
        found = repr(self.token.text) if self.token.text else "the end of the expression"
        return ExpressionFault(f"Here stands {found}; write {wanted}.", self.token.at)

    def choice(self) -> Node:
        self.depth += 1
        if self.depth > DEPTH_MAX:
            raise ExpressionFault(_TOO_DEEP, self.token.at)
        at = self.token.at
        tree = self.binary(LEVELS["||"])
        if self.has("?"):
            then = self.binary(LEVELS["||"])
            self.expect(":")
            tree = Choice(tree, then, self.choice(), at)
        self.depth -= 1
        return tree

    def binary(self, least: int) -> Node:
        """Read operators that bind at least as tightly as `least`; the leftmost first."""
        left = self.unary()
        while True:
            sign = self.token.text if self.token.kind in {"sign", "name"} else ""
            level = LEVELS.get(sign, 0)
            if level < least or not level:
                return left
            at = self.take().at
            right = self.binary(level + 1)
            left = join(sign, [left, right], at) if sign in {"&&", "||"} else Binary(sign, left, right, at)

    def unary(self) -> Node:
        signs: list[Token] = []
        while self.token.kind == "sign" and self.token.text in {"!", "-"}:
            signs.append(self.take())
        tree = self.member()
        for token in reversed(signs):
            tree = minus(tree, token.at) if token.text == "-" else Unary("!", tree, token.at)
        return tree

    def member(self) -> Node:
        tree = self.primary()
        while True:
            if self.has("."):
                tree = self.after_dot(tree)
            elif self.has("["):
                key = self.choice()
                self.expect("]")
                text = key.value if isinstance(key, Literal) else None
                tree = Select(tree, text, key.at) if isinstance(text, str) else Index(tree, key, key.at)
            else:
                return tree

    def after_dot(self, of: Node) -> Node:
        token = self.take()
        if token.kind not in {"name", "quoted"} or (token.kind == "name" and token.text in KEYWORDS):
            self.place -= 1
            raise self.fault('the name of a field; one that is no plain word goes into brackets, like payload["a b"]')
        if token.kind == "name" and self.has("("):
            return self.method(of, token)
        return Select(of, token.value, token.at)

    def method(self, of: Node, token: Token) -> Node:
        name = token.text
        arguments = self.listed(")")
        if of == Name("math") and name in MATH:
            return _call(MATH[name], arguments, token)
        if name in MACROS and (arguments or name not in FUNCTIONS):
            return _macro(name, of, arguments, token)
        if name in FUNCTIONS and not FUNCTIONS[name].method:
            raise ExpressionFault(f"Write {name}(…), with everything it takes inside.", token.at)
        return _call(name, [of, *arguments], token)

    def primary(self) -> Node:
        token = self.take()
        if token.kind in {"number", "string"}:
            return Literal(token.value, token.at)
        if token.kind == "name" and token.text != "in":
            return self.named(token)
        if token.kind == "sign" and token.text == "(":
            tree = self.choice()
            self.expect(")")
            return tree
        if token.kind == "sign" and token.text == "[":
            return Items(tuple(self.listed("]")), token.at)
        if token.kind == "sign" and token.text == "{":
            return self.entries(token)
        self.place -= 1
        raise self.fault("a value, a fact or a function")

    def named(self, token: Token) -> Node:
        if token.text in _CONSTANTS:
            return Literal(_CONSTANTS[token.text], token.at)
        if token.text in RESERVED:
            raise ExpressionFault(f"The word {token.text} is reserved; take another name.", token.at)
        if not self.has("("):
            return Name(token.text, token.at)
        arguments = self.listed(")")
        if token.text == "has":
            return _has(arguments, token)
        if token.text in FUNCTIONS and not FUNCTIONS[token.text].free:
            raise ExpressionFault(f"Write it after what it is about, as in payload.name.{token.text}(…).", token.at)
        return _call(token.text, arguments, token)

    def listed(self, end: str) -> list[Node]:
        """Read expressions between commas up to `end`; a comma may stand before the end of a list."""
        found: list[Node] = []
        while not self.has(end):
            if found:
                self.expect(",")
                if end == "]" and self.has(end):
                    break
            found.append(self.choice())
        return found

    def entries(self, brace: Token) -> Node:
        found: list[tuple[Node, Node]] = []
        while not self.has("}"):
            if found:
                self.expect(",")
                if self.has("}"):
                    break
            key = self.choice()
            self.expect(":")
            found.append((key, self.choice()))
        return Entries(tuple(found), brace.at)


def _has(arguments: list[Node], token: Token) -> Node:
    if len(arguments) == 1 and isinstance(field := arguments[0], Select):
        return Has(field.of, field.name, token.at)
    raise ExpressionFault("has() takes one field, as in has(payload.coupon).", token.at)


def _macro(name: str, of: Node, arguments: list[Node], token: Token) -> Node:
    fits = 2 <= len(arguments) <= MACROS[name]  # noqa: PLR2004 - a variable and what is done with it
    if not fits or not isinstance(variable := arguments[0], Name):
        raise ExpressionFault(f"Write {name}(x, …): a name for the element, then what is asked of it.", token.at)
    condition = arguments[1] if len(arguments) == MACROS["map"] else None
    return Macro(name, of, variable.name, arguments[-1], condition, token.at)


def _call(name: str, arguments: list[Node], token: Token) -> Node:
    function = FUNCTIONS.get(name)
    if function is None:
        near = get_close_matches(name, [*FUNCTIONS, *MACROS, "has"])
        hint = f"is it {near[0]}?" if near else f"there are {', '.join(sorted({*FUNCTIONS, *MACROS, 'has'}))}."
        raise ExpressionFault(f"There is no function {name}; {hint}", token.at)
    if not function.takes_count(len(arguments)):
        raise ExpressionFault(f"{name} does not take {len(arguments)} values; see the reference of rules.", token.at)
    return Call(name, tuple(arguments), token.at)
