"""Every operation of Graph that the simulator has is driven by Microsoft's SDK."""

from __future__ import annotations

import ast
from pathlib import Path

from starlette.routing import Route

from console.simulator.app import Simulator
from tests.sdk.conftest import test_name as name_of

NOT_GRAPHS = {"unknown"}
"""Names of routes that are no operation: what Graph does not have."""


def test_no_operation_is_left_out(state):
    routes = [r for r in Simulator(state)._routes() if isinstance(r, Route) and r.path.startswith("/v1.0/")]
    offered = {name_of(route.name) for route in routes if route.name not in NOT_GRAPHS}
    written = {
        node.name.partition("__")[0]
        for file in Path(__file__).parent.glob("test_*.py")
        for node in ast.parse(file.read_text("utf-8")).body
        if isinstance(node, ast.AsyncFunctionDef)
    }
    assert len(offered) > 60
    assert sorted(offered - written) == []
