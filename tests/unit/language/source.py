"""Reads our own source: every sentence that somebody can read, and every one that bypasses the catalogue."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import console.auth.errors
import console.domain.errors

ROOT = Path(console.__path__[0])
READERS = ("actions", "app", "auth", "checks", "domain", "feed", "graph", "settings", "store", "ui", "wire")
"""Packages whose every sentence an operator may read; `__main__.py` is read with them."""

_SAID_BY_THE_RELAY = frozenset({"Text", "Refused"})
"""What the relay tells consoles; all else that it says is for administrators, in English."""
_OF_THE_BOT = ("auth/assertion.py", "auth/bot.py", "auth/credential.py")
"""Only the relay signs in as the bot: what goes wrong there is for administrators too."""
_ERRORS = frozenset(
    name
    for module in (console.domain.errors, console.auth.errors)
    for name, kind in inspect.getmembers(module, inspect.isclass)
    if issubclass(kind, console.domain.errors.ConsoleError)
)
_FINDINGS = ("good", "note", "bad")
"""What makes a finding of a check out of a sentence and what to do next."""
_CARRIES_ON = frozenset(
    {
        "domain/text.py",
        "domain/errors.py",
        "actions/registry.py",
        "checks/findings.py",
        "settings/options.py",
        "ui/language.py",
        "wire/text.py",
    }
)
"""Files that make a Text of what others wrote out."""


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence and where it stands."""

    text: str
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


def readable_files() -> list[Path]:
    """The files in which an operator's sentences stand."""
    packages = [*READERS, "relay"]
    files = [ROOT / "__main__.py", *(f for package in packages for f in (ROOT / package).rglob("*.py"))]
    return sorted(file for file in files if file.relative_to(ROOT).as_posix() not in _OF_THE_BOT)


def sentences() -> list[Found]:
    """Every template that can come before an operator's eyes."""
    return [found for file in readable_files() for found in _sentences(file)]


def not_written_out() -> list[Found]:
    """Templates that are not literals where they are used: nobody could translate them."""
    found = []
    for file in readable_files():
        name = file.relative_to(ROOT).as_posix()
        for call in _calls(file):
            if name in _CARRIES_ON or _name(call) not in ("Text", "tr", "counted", *_FINDINGS, *_ERRORS):
                continue
            if name.startswith("relay/") and _name(call) != "Text":
                continue
            found += [Found(ast.unparse(a), name, call.lineno) for a in _templates(call) if _made_up(call, a)]
    return found


def _sentences(file: Path) -> Iterator[Found]:
    name = file.relative_to(ROOT).as_posix()
    for call in _calls(file):
        if name.startswith("relay/") and _name(call) not in _SAID_BY_THE_RELAY:
            continue
        for argument in _templates(call):
            for text in _literals(argument):
                yield Found(text, name, call.lineno)
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.AsyncFunctionDef) and any(
            "declare" in ast.unparse(d) for d in node.decorator_list
        ):
            for paragraph in (ast.get_docstring(node) or "").split("\n\n"):
                yield Found(" ".join(paragraph.split()), name, node.lineno)


def _templates(call: ast.Call) -> list[ast.expr]:
    """The arguments of `call` that are templates."""
    match _name(call):
        case "Text" | "tr":
            return call.args[:1]
        case "counted":
            return call.args[1:3]
        case name if name in _FINDINGS:
            return call.args[:2]
        case "_option":
            return call.args[1:2]
        case "declare":
            return [k.value for k in call.keywords if k.arg in ("title", "doing")]
        case name if name in _ERRORS:
            return [*call.args[:2], *(k.value for k in call.keywords if k.arg in ("sentence", "remedy"))]
    return []


def _made_up(call: ast.Call, argument: ast.expr) -> bool:
    """True for a template that is put together; an error may also be given a Text that has a name."""
    if _name(call) in ("Text", "tr", "counted"):
        return not isinstance(argument, ast.Constant)
    return isinstance(argument, ast.JoinedStr | ast.BinOp)


def _literals(argument: ast.expr) -> Iterator[str]:
    match argument:
        case ast.Constant(value=str(text)) if text:
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from _literals(body)
            yield from _literals(orelse)


# -- what goes past the catalogue ------------------------------------------------------------------

_WORDS = re.compile(
    r"[A-Za-z]{2,}[,.:;]? +[A-Za-z]{2,}|^ ?[a-z]{2,} $|^ [a-z]{2,}[.…]?$|[A-Za-z]…", re.IGNORECASE
)
_SHOWS_FIRST = frozenset(
    {
        *("setText", "setToolTip", "setStatusTip", "setPlaceholderText", "setWindowTitle", "setTitle"),
        *("setAccessibleName", "setAccessibleDescription", "setIconText", "setPrefix", "setSuffix"),
        *("addAction", "addItem", "addMenu", "show_words", "say", "emit"),
        *("QLabel", "PlainLabel", "QPushButton", "QToolButton", "QAction", "QCheckBox", "QRadioButton"),
        *("QGroupBox", "QMenu", "Fact", "Phrase", "PresenceWord", "State"),
    }
)
"""What shows its first argument as it is given."""
_SAYS = frozenset({"Text", "tr", "counted"})
_NOT_SHOWN = frozenset(
    {
        *("debug", "info", "warning", "error", "exception", "ValueError", "TypeError", "RuntimeError"),
        *("setObjectName", "setProperty", "property", "findChild", "getattr", "compile", "value", "setValue"),
    }
)


def bypassed(allowed: frozenset[str]) -> list[Found]:
    """Strings of the window that look like something to read and do not go through the catalogue."""
    files = [f for f in (ROOT / "ui").rglob("*.py") if f.name not in ("style.py", "tokens.py")]
    return [
        Found(text, file.relative_to(ROOT).as_posix(), line)
        for file in sorted(files)
        for text, line in _suspicious(_tree(file))
        if text not in allowed
    ]


def _suspicious(node: ast.AST) -> Iterator[tuple[str, int]]:
    match node:
        case ast.Expr(value=ast.Constant(value=str())):
            return  # a docstring
        case ast.Call() if _name(node) in _SAYS | _NOT_SHOWN:
            return
        case ast.Call(args=[ast.Constant(value=str(text)), *_]) if _name(node) in _SHOWS_FIRST:
            if re.search(r"[A-Za-z]{2}", text) and not _WORDS.search(text):
                yield text, node.lineno
        case ast.Constant(value=str(text)) if _WORDS.search(text):
            yield text, node.lineno
    for child in ast.iter_child_nodes(node):
        yield from _suspicious(child)


def _calls(file: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(_tree(file)) if isinstance(node, ast.Call))


def _name(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))
