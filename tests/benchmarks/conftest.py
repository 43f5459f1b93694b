"""Benchmarks run the real programs; those with a window run on the product's own loop, offscreen."""

from __future__ import annotations

import asyncio
import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable
from typing import Any

import pytest

from console.app.desktop import make_application
from console.ui.loop import Loop


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> dict[str, Callable[[], Any]]:
    if item.path.name in ("test_paint.py", "test_sign_in.py"):
        return {"qt": lambda: Loop(make_application())}
    return {"asyncio": asyncio.new_event_loop}
