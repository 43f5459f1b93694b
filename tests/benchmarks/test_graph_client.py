"""What reading one call costs: our Graph client against bare httpx2 and httpx, and Microsoft's SDK."""

from __future__ import annotations

import importlib.util
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.benchmarks.report import report

ROOT = Path(__file__).parents[2]
RUNS = 3
DEARER = 1.3
"""At most this many times the bare library."""
CHEAPER, SOONER, SMALLER = 4.0, 4.0, 0.6
"""Against Microsoft's SDK: CPU and first answer this many times less, and this share of the memory."""
SDK_PYTHON = "OPERATOR_CONSOLE_SDK_PYTHON"
"""Names a Python that has msgraph-sdk, for machines where the tests' own has not."""

Costs = dict[str, float]


@pytest.fixture
def graph() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.benchmarks.stub_graph"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}/v1.0"
        server.kill()


def measure(kind: str, graph: str, python: str) -> Costs:
    # An installed program has its byte code; some build machines forbid writing it.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    command = [python, "-m", "tests.benchmarks.graph_clients", kind, graph, str(time.time())]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60, env=environment
    )
    found: Costs = json.loads(done.stdout)
    return found


def compare(graph: str, pythons: dict[str, str]) -> dict[str, Costs]:
    """The median costs of each kind of client, measured in turns; the first turn fills caches."""
    found: dict[str, list[Costs]] = {kind: [] for kind in pythons}
    for _ in range(RUNS + 1):
        for kind, python in pythons.items():
            found[kind].append(measure(kind, graph, python))
    return {
        kind: {name: statistics.median(run[name] for run in runs[1:]) for name in runs[0]}
        for kind, runs in found.items()
    }


def test_against_bare_httpx(graph: str) -> None:
    kinds = ["console", "httpx2"] + (["httpx"] if importlib.util.find_spec("httpx") else [])
    costs = compare(graph, dict.fromkeys(kinds, sys.executable))
    ours = costs.pop("console")
    for kind, bare in costs.items():
        cpu, latency = (ours[name] / bare[name] for name in ("cpu_us", "p50_us"))
        report(
            f"graph client and {kind}",
            f"a call read for {ours['cpu_us']:.0f} µs CPU, p50 {ours['p50_us']:.0f} µs; "
            f"bare {kind} {bare['cpu_us']:.0f} and {bare['p50_us']:.0f}: {cpu:.2f} and {latency:.2f} times",
            **{f"console_{name}": value for name, value in ours.items()},
            **{f"bare_{name}": value for name, value in bare.items()},
            cpu_ratio=cpu,
            latency_ratio=latency,
        )
        assert cpu <= DEARER
        assert latency <= DEARER


def test_against_microsofts_sdk(graph: str) -> None:
    own = sys.executable if importlib.util.find_spec("msgraph") else ""
    python = os.environ.get(SDK_PYTHON) or own
    if not python:
        pytest.skip(
            f"msgraph-sdk is not installed (extra: sdk), and {SDK_PYTHON} names no Python that has it"
        )
    costs = compare(graph, {"console": sys.executable, "sdk": python})
    ours, sdk = costs["console"], costs["sdk"]
    cpu, start, memory = sdk["cpu_us"] / ours["cpu_us"], sdk["first_ms"] / ours["first_ms"], ours["rss_mb"]
    report(
        "graph client and sdk",
        f"CPU {ours['cpu_us']:.0f} µs, msgraph-sdk {sdk['cpu_us']:.0f}: {cpu:.1f} times less; "
        f"first answer {ours['first_ms']:.0f} ms, {sdk['first_ms']:.0f}: {start:.1f} times sooner; "
        f"memory {memory:.0f} MB, {sdk['rss_mb']:.0f}: {memory / sdk['rss_mb']:.2f}",
        **{f"console_{name}": value for name, value in ours.items()},
        **{f"sdk_{name}": value for name, value in sdk.items()},
        cpu_ratio=cpu,
        start_ratio=start,
        memory_ratio=memory / sdk["rss_mb"],
    )
    assert cpu >= CHEAPER
    assert start >= SOONER
    assert memory <= SMALLER * sdk["rss_mb"]
