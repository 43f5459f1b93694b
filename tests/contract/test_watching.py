"""The test in which anything unlike Microsoft's types is said fails, whoever said it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from console.simulator.tap import Asked, exchange_file
from tests.contract.exchanges import Exchanges
from tests.contract.microsoft import ABSENT, SCHEMA, Types
from tests.watching import Watch

pytestmark = pytest.mark.skipif(not SCHEMA.exists(), reason=ABSENT)

ROOT = Path(__file__).parents[2]
WRONG = Asked(
    "GET", "/v1.0/communications/calls/c1", "", "calls.get", None, 200, {"id": "c1", "state": "Ringing"}
)
COMPLAINT = "calls.get response $.state: 'Ringing' is no graph.callState"
INNER = """
import httpx2, os, pytest
from console.simulator.app import Simulator
from console.simulator.tap import Asked, exchange_file
from pathlib import Path

WRONG = {wrong!r}

def test_in_this_process(tmp_path):
    Simulator(tmp_path)._gate._observer(WRONG)

def test_in_a_child():
    with exchange_file(Path(os.environ["GRAPH_SIMULATOR_EXCHANGES"])) as hear:
        hear(WRONG)

async def test_what_is_sent_to_a_stand_in():
    transport = httpx2.MockTransport(lambda request: httpx2.Response(202))
    async with httpx2.AsyncClient(transport=transport) as http:
        await http.post("https://x/v1.0/communications/calls/c1/reject", json={{"reason": "Busy"}})

@pytest.mark.untyped("is no graph.callState", "callbackUri")
def test_on_purpose(tmp_path):
    Simulator(tmp_path)._gate._observer(WRONG)

def test_innocent():
    pass
"""


def test_the_very_test_fails(tmp_path: Path) -> None:
    (tmp_path / "test_inner.py").write_text(INNER.format(wrong=WRONG), "utf-8")
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "-p", "tests.conftest"]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", str(tmp_path)], cwd=ROOT, capture_output=True, text=True
    )
    assert "5 passed, 3 errors" in done.stdout, done.stdout + done.stderr
    report, _, _ = done.stdout.partition("short test summary")  # which under CI repeats what was said
    assert report.count(COMPLAINT) == 2
    assert "reject request $.reason: 'Busy' is no graph.rejectReason" in done.stdout
    failed = [
        line.split("::")[1].split()[0] for line in done.stdout.splitlines() if line.startswith("ERROR ")
    ]
    assert failed == ["test_in_this_process", "test_in_a_child", "test_what_is_sent_to_a_stand_in"]


def test_a_line_that_is_still_being_written_waits_for_its_end(tmp_path: Path) -> None:
    watch = Watch(Exchanges(Types()), tmp_path)
    with exchange_file(watch.file) as hear:
        assert hear is not None
        hear(WRONG)
    whole = watch.file.read_bytes()
    watch.file.write_bytes(whole[:40])
    assert watch.take() == []
    watch.file.write_bytes(whole)
    assert COMPLAINT in watch.take()
    assert watch.take() == []
