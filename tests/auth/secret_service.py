"""A real GNOME Keyring under a private D-Bus, in a home of its own: nothing of this computer's is touched."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = ("dbus-daemon", "dbus-send", "gnome-keyring-daemon")
ABSENT = [name for name in PROGRAMS if shutil.which(name) is None]
WHY = "" if sys.platform == "linux" else "GNOME Keyring is for Linux"
if ABSENT and not WHY:
    WHY = f"not installed: {', '.join(ABSENT)}"
"""Why there is no password store to test with; empty where there is one."""

# Without service folders nothing is started by asking for it, least of all this computer's own keyring.
_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={socket}</listen><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>{rules}
</policy></busconfig>
"""


@dataclass
class SecretService:
    """`home` must be short: a socket's name has 108 bytes at most."""

    home: Path
    rules: str = ""
    _bus: subprocess.Popen[bytes] | None = None
    _keyring: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs to find this bus and nothing else of a desktop."""
        return {
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={self.home / 'bus'}",
            "HOME": str(self.home),
            "XDG_DATA_HOME": str(self.home / "data"),
            "XDG_RUNTIME_DIR": str(self.home / "run"),
        }

    def start_bus(self) -> None:
        for name in ("data", "run"):
            (self.home / name).mkdir(mode=0o700, exist_ok=True)
        config = self.home / "bus.conf"
        config.write_text(_BUS.format(socket=self.home / "bus", rules=self.rules))
        command = ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address"]
        self._bus = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert self._bus.stdout is not None and self._bus.stdout.readline(), "the bus did not start"

    def start_keyring(self, password: bytes = b"open sesame") -> None:
        """Start GNOME Keyring, its login keyring made with this password and unlocked by it."""
        command = ["gnome-keyring-daemon", "--foreground", "--components=secrets"]
        command += ["--unlock"] if password else []
        self._keyring = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], **self.environment},
        )
        assert self._keyring.stdin is not None
        self._keyring.stdin.write(password)
        self._keyring.stdin.close()
        self._wait_for_name()

    def stop_keyring(self) -> None:
        if self._keyring is not None:
            self._keyring.kill()
            self._keyring.wait()
            self._keyring = None

    def stop(self) -> None:
        self.stop_keyring()
        if self._bus is not None:
            self._bus.kill()
            self._bus.wait()
            assert self._bus.stdout is not None
            self._bus.stdout.close()

    def lock(self) -> None:
        """Lock every collection, as the screen lock of some desktops does."""
        import secretstorage

        with secretstorage.dbus_init() as bus:
            for collection in secretstorage.get_all_collections(bus):
                collection.lock()

    def unlock(self, password: bytes = b"open sesame") -> None:
        """Unlock every collection, as whoever types the password into its question does."""
        import secretstorage
        from secretstorage.util import DBusAddressWrapper, format_secret, open_session

        inside = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"
        with secretstorage.dbus_init() as bus:
            secret = format_secret(open_session(bus), password, "text/plain")
            service = DBusAddressWrapper("/org/freedesktop/secrets", inside, bus)
            for collection in secretstorage.get_all_collections(bus):
                if collection.is_locked():
                    service.call("UnlockWithMasterPassword", "o(oayays)", collection.collection_path, secret)

    def _wait_for_name(self) -> None:
        asks = ["dbus-send", f"--bus={self.environment['DBUS_SESSION_BUS_ADDRESS']}", "--print-reply"]
        asks += ["--dest=org.freedesktop.DBus", "/", "org.freedesktop.DBus.NameHasOwner"]
        deadline = time.monotonic() + 20
        while (
            b"true"
            not in subprocess.run(
                [*asks, "string:org.freedesktop.secrets"], capture_output=True, check=False
            ).stdout
        ):
            assert time.monotonic() < deadline, "the keyring did not come to the bus"
            time.sleep(0.02)
