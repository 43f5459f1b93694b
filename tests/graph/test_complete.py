"""Nothing of the Graph layer is left without a test against the simulator, nor is any exchange."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import console.graph
from console.graph.catalogue import CATALOGUE
from console.simulator.recording.exchanges import read, write
from tests.graph.conftest import KEPT

HERE = Path(__file__).parent
LAYER = Path(console.graph.__file__).parent
NO_ROUTE_IN_GRAPH = {
    ("calls", "park"): "the relay's own; driven through a relay in tests/relay/test_predictions.py",
}


def functions() -> set[tuple[str, str]]:
    """The public async functions of the Graph layer, as (module, name)."""
    return {
        (file.stem, node.name)
        for file in LAYER.glob("*.py")
        for node in ast.parse(file.read_text("utf-8")).body
        if isinstance(node, ast.AsyncFunctionDef) and not node.name.startswith("_")
    }


def called() -> Iterator[tuple[str, str]]:
    """What the tests beside this one call of the Graph layer, as (module, name)."""
    for file in HERE.glob("test_*.py"):
        tree = ast.parse(file.read_text("utf-8"))
        by_name: dict[str, tuple[str, str]] = {}
        for node in ast.walk(tree):
            match node:
                case ast.ImportFrom(module=str(module), names=names) if module.startswith("console.graph."):
                    by_name |= {n.name: (module.rpartition(".")[2], n.name) for n in names}
                case ast.Call(func=ast.Attribute(value=ast.Name(id=module), attr=name)):
                    yield module, name
                case ast.Call(func=ast.Name(id=name)) if name in by_name:
                    yield by_name[name]


def marked(items: list[pytest.Item]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for item in items:
        for mark in item.iter_markers("exchange"):
            yield mark.args[0], mark.args[1:]


def all_of(request: pytest.FixtureRequest) -> list[pytest.Item]:
    """Every test of this folder; skips when only some of them run."""
    items = [item for item in request.session.items if item.path.parent == HERE]
    if {item.path for item in items} != set(HERE.glob("test_*.py")):
        pytest.skip("only some of these tests run")
    return items


def test_every_function_is_driven() -> None:
    assert len(functions()) > 60
    assert functions() - set(called()) == NO_ROUTE_IN_GRAPH.keys()


def test_every_row_of_the_catalogue_is_driven(request: pytest.FixtureRequest) -> None:
    driven = {row for _, rows in marked(all_of(request)) for row in rows[:1]}
    assert CATALOGUE.keys() - driven == {"call.park"}


def test_no_file_is_left_over(request: pytest.FixtureRequest) -> None:
    items = all_of(request)
    if os.environ.get("UPDATE_EXCHANGES"):
        pytest.skip("the files are being written")
    kept = {file.relative_to(KEPT).with_suffix("").as_posix() for file in KEPT.rglob("*.http")}
    assert kept == {name for name, _ in marked(items)}


@pytest.mark.parametrize("file", sorted(KEPT.rglob("*.http")), ids=lambda f: f.stem)
def test_a_kept_exchange_is_read_as_it_was_written(file: Path) -> None:
    text = file.read_text("utf-8")
    assert write(read(text)) == text
