"""For every test: what it logs as a warning fails it, and what it says to Graph in words not Microsoft's.

Either only unless the test says that it expects it.
"""

from __future__ import annotations

import logging
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.exchanges import Exchanges
from tests.contract.microsoft import ABSENT, SCHEMA, Types
from tests.watching import Watch

WATCH = pytest.StashKey[Watch]()


def pytest_configure(config: pytest.Config) -> None:
    if SCHEMA.exists():
        folder = tempfile.TemporaryDirectory(prefix="exchanges-")
        config.add_cleanup(folder.cleanup)
        config.stash[WATCH] = Watch(Exchanges(Types()), Path(folder.name))
        config.stash[WATCH].open()


def pytest_unconfigure(config: pytest.Config) -> None:
    if WATCH in config.stash:
        config.stash[WATCH].close()


def pytest_report_header(config: pytest.Config) -> str:
    return f"exchanges: {'compared with Microsoft’s types' if WATCH in config.stash else ABSENT}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if WATCH in config.stash:
        terminalreporter.write_line(f"{config.stash[WATCH].heard} exchanges compared with Microsoft's types")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """Fail the test for exchanges unlike Microsoft's; `@pytest.mark.untyped("pattern", …)` names exceptions.

    After the fixtures are gone, because they speak too.
    """
    watch = item.config.stash.get(WATCH, None)
    try:
        yield
    finally:
        heard = watch.take() if watch else []
    _complain(item, "untyped", heard, "unlike Microsoft's types:")


def _complain(item: pytest.Item, mark: str, lines: list[str], what: str) -> None:
    expected = [pattern for found in item.iter_markers(mark) for pattern in found.args]
    surprising = [line for line in lines if not any(re.search(pattern, line) for pattern in expected)]
    if surprising:
        pytest.fail("\n  ".join([what, *surprising[:20]]), pytrace=False)


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
    _complain(request.node, "logs", trouble.lines, "logged without being expected:")
