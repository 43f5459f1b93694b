"""Who stands behind each operation: found by looking at the code, never written down by hand.

`python -m tests.contract.coverage` prints the table; COVERAGE.md beside this file keeps it.
"""

from __future__ import annotations

import ast
import importlib
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from starlette.routing import Route

from console import graph
from console.graph.catalogue import CATALOGUE
from console.graph.omissions import OMISSIONS
from console.graph.operations import Operation
from console.graph.pages import Format, Page, Section, written
from console.simulator.app import Simulator

HERE = Path(__file__).parent
FILE = HERE / "COVERAGE.md"
GRAPH = Path(graph.__file__).parent
SDK, DRIVEN = HERE.parent / "sdk", HERE.parent / "graph"
COLUMNS = {
    "function": "Typed function",
    "simulator": "Simulator route",
    "exchange": "Kept exchange",
    "contract": "Contract test",
    "sdk": "SDK test",
}
COMMAND = "python -m tests.contract.coverage > tests/contract/COVERAGE.md"

RELAYS_OWN = "no: the relay's own, Graph has no such operation"
REASONS = {("call.park", column): RELAYS_OWN for column in ("simulator", "exchange", "sdk")}
"""Why a cell is empty, by operation and column."""


@dataclass(frozen=True, slots=True)
class Row:
    """What was found for one operation."""

    operation: Operation
    function: tuple[str, ...]
    simulator: tuple[str, ...]
    exchange: tuple[str, ...]
    contract: tuple[str, ...]
    sdk: tuple[str, ...]

    def empty(self) -> set[str]:
        """The columns in which nothing was found."""
        return {column for column in COLUMNS if not getattr(self, column)}


def rows() -> list[Row]:
    """Return a row for each operation of the table, in its order."""
    functions, contracts, sdk = typed_functions(), contract_tests(), sdk_tests()
    routes, exchanges = simulator_routes(), kept_exchanges()
    found = []
    for operation in CATALOGUE.values():
        names = routes.get((operation.method, _shape(operation.path)), ())
        found.append(
            Row(
                operation,
                functions.get(operation.name, ()),
                names,
                exchanges.get(operation.name, ())[:1],
                contracts.get(operation.name, ()),
                tuple(test for name in names for test in _driving(operation, name, sdk)),
            )
        )
    return found


def page(found: list[Row]) -> Page:
    """Return the table of what was found, and what is left out with the reason."""
    heads = ("Operation", *COLUMNS.values())
    shown = [(row.operation.name, *(_cell(row, column) for column in COLUMNS)) for row in found]
    return Page(
        "What stands behind each operation of Microsoft Graph",
        (
            "Found in the code: a function that sends it, a route that answers it, a request with its answer "
            "that tests/graph compares with tests/exchanges, and the tests that carry its name.",
        ),
        (
            Section("Operations", (), heads, tuple(shown)),
            Section("Left out", (), ("Request", "Reason"), tuple((o.request, o.reason) for o in OMISSIONS)),
        ),
        COMMAND,
    )


def _cell(row: Row, column: str) -> tuple[str, ...] | str:
    return getattr(row, column) or REASONS.get((row.operation.name, column), "")


def typed_functions() -> dict[str, tuple[str, ...]]:
    """Return the public functions of `console/graph` that name an operation in their body.

    A name may be in two parts: the noun in the module, the verb in the function.
    """
    found: dict[str, tuple[str, ...]] = {}
    for file in sorted(GRAPH.glob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        functions = [node for node in tree.body if isinstance(node, ast.AsyncFunctionDef)]
        nouns = {text for node in tree.body if isinstance(node, ast.Assign) for text in _texts(node)}
        for function in functions:
            texts = set(_texts(function))
            names = texts | {f"{noun}.{verb}" for noun in nouns for verb in texts}
            for name in names & CATALOGUE.keys():
                if not function.name.startswith("_"):
                    found[name] = (*found.get(name, ()), f"{file.stem}.{function.name}")
    return found


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def simulator_routes() -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the names of the simulator's routes by method and path, the holes in the path unnamed."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    with tempfile.TemporaryDirectory() as state:
        for route in Simulator(Path(state))._routes():
            if not isinstance(route, Route) or not route.path.startswith("/v1.0/"):
                continue
            for method in route.methods or ():
                key = method, _shape(route.path.removeprefix("/v1.0"))
                found[key] = (*found.get(key, ()), route.name)
    return found


def _shape(path: str) -> str:
    return re.sub(r"{\w+}", "{}", path)


def contract_tests() -> dict[str, tuple[str, ...]]:
    """Return the tests beside this file that are run once for an operation, by its name."""
    found: dict[str, tuple[str, ...]] = {}
    for file in sorted(HERE.glob("test_*.py")):
        for test, name in _parametrized(importlib.import_module(f"{__package__}.{file.stem}")):
            if test not in found.get(name, ()):
                found[name] = (*found.get(name, ()), test)
    return found


def _parametrized(module: ModuleType) -> Iterator[tuple[str, str]]:
    for name, test in vars(module).items():
        if not name.startswith("test_"):
            continue
        for mark in getattr(test, "pytestmark", ()):
            for value in mark.args[1] if mark.name == "parametrize" else ():
                first = value[0] if isinstance(value, tuple) else value
                if first in CATALOGUE:
                    yield name, first


def kept_exchanges() -> dict[str, tuple[str, ...]]:
    """Return the files in `tests/exchanges` that a test against the simulator keeps for an operation."""
    found: dict[str, tuple[str, ...]] = {}
    for file in sorted(DRIVEN.glob("test_*.py")):
        for mark in _exchange_marks(importlib.import_module(f"tests.graph.{file.stem}")):
            for name in mark.args[1:2]:  # a notification is of no operation
                found[name] = (*found.get(name, ()), mark.args[0])
    return found


def _exchange_marks(module: ModuleType) -> Iterator[pytest.Mark]:
    for name, test in vars(module).items():
        marks = list(getattr(test, "pytestmark", ())) if name.startswith("test_") else []
        for mark in marks:
            cases = mark.args[1] if mark.name == "parametrize" else ()
            inner = [m for case in cases for m in getattr(case, "marks", ())]
            yield from (m for m in (mark, *inner) if m.name == "exchange")


def sdk_tests() -> set[str]:
    """Return the names of all tests in which Microsoft's SDK drives the simulator."""
    return {
        node.name
        for file in SDK.glob("test_*.py")
        for node in ast.parse(file.read_text("utf-8")).body
        if isinstance(node, ast.AsyncFunctionDef) and node.name.startswith("test_")
    }


def _driving(operation: Operation, route: str, tests: set[str]) -> tuple[str, ...]:
    """The test of `operation` alone, else the one of its route (see `tests/sdk/conftest.py`)."""
    general = f"test_{_snake(route)}"
    own = f"{general}__{_snake(operation.name)}"
    return tuple(test for test in (own, general) if test in tests)[:1]


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).replace(".", "_").lower()


if __name__ == "__main__":
    sys.stdout.write(written(page(rows()), Format.MARKDOWN))
