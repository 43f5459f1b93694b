"""A day of the three programs at DEBUG in a home of its own, and everything that it left behind."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import dataclasses
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from console.auth.vault.keyrings import SERVICE, USER
from console.demo.programs import DEMO_OPERATOR, Programs
from console.demo.stage import Stage
from console.simulator.entra.browser import approve_device
from tests.auth.secret_service import WHY, SecretService
from tests.leaks.console_program import NUMBER
from tests.leaks.secrets_of import Secrets, secrets_of
from tests.leaks.tapping import tapped

CALLER = "+442079460123"


@dataclass
class Day:
    """`scanned` is everything that the programs could write to; `tap` what they said, with its secrets."""

    base: Path
    service: SecretService
    keys: set[bytes] = field(default_factory=set)
    processes: dict[str, bytes] = field(default_factory=dict)
    """The arguments and the environment of each program, as the system shows them to others."""
    numbers: tuple[str, ...] = (CALLER, NUMBER)

    def __post_init__(self) -> None:
        for name in ("control", "leaky"):
            (self.base / name).mkdir()
        self.scanned, self.tap, self.control = (self.base / n for n in ("scanned", "tap", "control"))

    @property
    def secrets(self) -> Secrets:
        return secrets_of(self.tap)

    def look_at(self, name: str, pid: int) -> None:
        proc = Path("/proc") / str(pid)
        self.processes[name] = (proc / "cmdline").read_bytes() + b"\0" + (proc / "environ").read_bytes()

    def note_keys(self) -> None:
        from keyring.backends.SecretService import Keyring

        for file in (self.scanned / "profile" / "sign-ins").glob("*.sealed"):
            key = Keyring().get_password(f"{SERVICE}/{file.stem}", USER)
            assert key, "the password store has the key"
            self.keys.add(base64.b64decode(key))


def wait_for(path: Path, process: subprocess.Popen[bytes], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not path.exists():
        assert process.poll() in (None, 0), "the console ended"
        assert time.monotonic() < deadline, f"{path.name} did not come"
        time.sleep(0.02)


@pytest.fixture(scope="session")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    if WHY:
        pytest.skip(WHY)
    with tempfile.TemporaryDirectory(prefix="ring") as home:
        base = tmp_path_factory.mktemp("leaks")
        environment = tapped(base)
        lived = Day(base, SecretService(Path(home)))
        environment["DBUS_SESSION_BUS_ADDRESS"] = lived.service.environment["DBUS_SESSION_BUS_ADDRESS"]
        lived.service.start_bus()
        lived.service.start_keyring()
        programs = Programs(lived.scanned / "state", relay_settings={"log_level": "debug"})
        try:
            with pytest.MonkeyPatch.context() as patch:
                for name, value in environment.items():
                    patch.setenv(name, value)
                programs.start()
                live(lived, programs, patch)
        finally:
            programs.stop()
            lived.service.stop()
        yield lived


def live(day: Day, programs: Programs, patch: pytest.MonkeyPatch) -> None:
    """The first day, the next morning, and a day on which somebody forgot to keep MSAL quiet."""
    with console(day, programs, "first", day.scanned) as first:
        wait_for(day.control / "live", first)
        day.look_at("console", first.pid)
        day.look_at("relay", programs.relay.pid)
        day.look_at("simulator", programs.simulator.pid)
        day.note_keys()
        ring(programs)
        wait_for(day.control / "device.json", first)
        page, code = json.loads((day.control / "device.json").read_text())
        approve_device(DEMO_OPERATOR, page, code, programs.simulation["ca_file"])
        wait_for(day.control / "first.done", first)
        day.note_keys()
    with console(day, programs, "again", day.scanned) as again:
        wait_for(day.control / "again.done", again)
    (day.control / "again.done").unlink()
    patch.setenv("TAP_LEAK", "1")
    with console(day, programs, "again", day.base / "leaky") as leaky:
        wait_for(day.control / "again.done", leaky)


@contextlib.contextmanager
def console(day: Day, programs: Programs, what: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A console whose profile, log and temporary files are in `folder`."""
    options = programs.options(
        profile=str(folder / "profile"), keep_sign_in=True, device_code=True, undo_seconds=0.0
    )
    file = day.control / f"{what}.json"
    file.write_text(json.dumps(dataclasses.asdict(options)), "utf-8")
    command = [sys.executable, "-m", "tests.leaks.console_program", str(file), str(day.control), what]
    with (folder / "console.log").open("ab") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        yield process
        assert process.wait(30) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def ring(programs: Programs) -> None:
    async def place() -> None:
        stage = Stage(programs.simulation["base_url"], programs.simulation["ca_file"])
        await stage.webhook(programs.webhook)
        await stage.place("Amelia Ward", CALLER, patience=120.0)
        await stage.close()

    asyncio.run(place())
