"""What a service manager hears: ready when it is, alive while the loop turns, stopping before it stops."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from configparser import RawConfigParser
from pathlib import Path

import pytest

from console.relay.supervision import Supervisor

UNIT = Path(__file__).parents[2] / "packaging/relay/operator-relay.service"


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.setblocking(False)
        yield listening


def heard(manager: socket.socket) -> list[str]:
    said = []
    while True:
        try:
            said.append(manager.recv(4096).decode())
        except BlockingIOError:
            return said


async def test_ready_alive_and_stopping(manager: socket.socket) -> None:
    supervisor = Supervisor(
        {"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": "30000", "WATCHDOG_PID": str(os.getpid())}
    )
    said: list[str] = []
    async with supervisor.watching(lambda: "2 calls"):
        said += heard(manager)
        assert said[0] == "READY=1\nSTATUS=2 calls"
        async with asyncio.timeout(5):
            while sum(s.startswith("WATCHDOG=1") for s in said) < 3:
                await asyncio.sleep(0.005)
                said += heard(manager)
    assert heard(manager)[-1] == "STOPPING=1"


async def test_a_loop_that_hangs_is_not_called_alive(manager: socket.socket) -> None:
    supervisor = Supervisor({"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": "30000"})
    async with supervisor.watching(lambda: ""):
        await asyncio.sleep(0)
        heard(manager)
        _hold_the_loop()
        assert heard(manager) == []


def _hold_the_loop() -> None:
    """As a mistake of ours would, for three times as long as a sign of life may take."""
    time.sleep(0.1)


async def test_nobody_listens() -> None:
    for environment in ({}, {"NOTIFY_SOCKET": "/nowhere/at/all"}, {"WATCHDOG_USEC": "soon"}):
        supervisor = Supervisor(environment)
        async with supervisor.watching(lambda: "fine"):
            assert supervisor.patience == 0.0


def test_another_process_is_watched() -> None:
    assert Supervisor({"WATCHDOG_USEC": "30000", "WATCHDOG_PID": "1"}).patience == 0.0
    assert Supervisor({"WATCHDOG_USEC": "30000"}).patience == 0.03


def test_the_unit_restarts_watches_and_shuts_in() -> None:
    unit = RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(UNIT, "utf-8")
    service = unit["Service"]
    wanted = {
        "Type": "notify",
        "Restart": "always",
        "DynamicUser": "yes",
        "NoNewPrivileges": "yes",
        "ProtectSystem": "strict",
        "ProtectProc": "invisible",
        "UMask": "0077",
        "CapabilityBoundingSet": "",
    }
    assert {name: service.get(name) for name in wanted} == wanted
    assert "secret" not in service["ExecStart"] and "token" not in service["ExecStart"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_systemd_understands_the_unit_and_calls_it_safe() -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(UNIT)]
    said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    complaints = [line for line in said.stderr.splitlines() if "operator-relay.service:" in line]
    assert complaints == []
    verdict = next(line for line in said.stdout.splitlines() if "Overall exposure level" in line)
    assert float(verdict.split(":")[1].split()[0]) <= 2.0, verdict
