"""Every operation on calls and participants that the simulator has is driven by Microsoft's SDK."""

from __future__ import annotations

import ast
from pathlib import Path

from console.simulator.app import Simulator
from tests.sdk.conftest import test_name as name_of

NOUNS = ("calls.", "participants.", "operations.")


def test_no_operation_is_left_out(state):
    names = {route.name for route in Simulator(state)._routes() if hasattr(route, "name")}
    offered = {name_of(name) for name in names if name.startswith(NOUNS)}
    written = {
        node.name
        for file in Path(__file__).parent.glob("test_*.py")
        for node in ast.parse(file.read_text("utf-8")).body
        if isinstance(node, ast.AsyncFunctionDef)
    }
    assert len(offered) > 20
    assert sorted(offered - written) == []
