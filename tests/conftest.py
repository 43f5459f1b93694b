"""For every test: a warning or an error in the log fails it, unless the test says that it expects it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

import pytest


class Trouble(logging.Handler):
    """Keeps what was logged as a warning or worse."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def quiet_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail the test for what it logged; `@pytest.mark.logs("pattern", …)` names what it expects."""
    trouble = Trouble()
    logging.getLogger().addHandler(trouble)
    yield
    logging.getLogger().removeHandler(trouble)
    expected = [p for mark in request.node.iter_markers("logs") for p in mark.args]
    surprising = [line for line in trouble.lines if not any(re.search(p, line) for p in expected)]
    if surprising:
        pytest.fail("logged without being expected:\n  " + "\n  ".join(surprising[:20]), pytrace=False)
