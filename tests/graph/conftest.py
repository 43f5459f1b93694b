"""A stand for each test, and the exchange that the test is about, compared with the one that is kept.

`@pytest.mark.exchange("calls/transfer", "call.transfer")` names the file in tests/exchanges and the row of
the catalogue. The test fails unless the simulator granted that operation to a token that holds just what the
row says it needs. `UPDATE_EXCHANGES=1` rewrites the files.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from console.simulator.entra.keys import SigningKey
from console.simulator.recording.exchanges import write
from tests.graph.stand import Stand, standing
from tests.simulator.conftest import hook, state

__all__ = ["hook", "state"]

KEPT = Path(__file__).parents[1] / "exchanges"


@pytest.fixture(scope="session")
def key() -> SigningKey:
    return SigningKey()


@pytest.fixture
async def stand(hook, state, key: SigningKey, request: pytest.FixtureRequest) -> AsyncIterator[Stand]:
    async with standing(state, hook, key) as found:
        for mark in request.node.iter_markers("exchange"):
            found.allow(*mark.args[1:])
        yield found


@pytest.fixture(autouse=True)
def _kept_as_it_was(request: pytest.FixtureRequest) -> Iterator[None]:
    """Compare each exchange that the test names with its file."""
    marks = [mark.args[0] for mark in request.node.iter_markers("exchange")]
    recorder = request.getfixturevalue("stand").recorder if marks else None
    yield
    for name in marks:
        if name not in recorder.names:
            pytest.fail(f"there was no {name}, only {sorted(recorder.names)}", pytrace=False)
        keep(name, write(recorder.first(name)))


def keep(name: str, text: str) -> None:
    """Fail where `text` is not what the file of that name has, and say where they differ."""
    file = KEPT / f"{name}.http"
    if os.environ.get("UPDATE_EXCHANGES"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        return
    before = file.read_text("utf-8") if file.exists() else ""
    if text != before:
        lines = (before.splitlines(), text.splitlines())
        shown = "\n".join(difflib.unified_diff(*lines, str(file.name), "this run", lineterm="", n=4))
        hint = "If that is meant, keep it: UPDATE_EXCHANGES=1 make test ARGS=tests/graph"
        pytest.fail(f"the exchange {name} has changed\n{shown}\n\n{hint}", pytrace=False)
