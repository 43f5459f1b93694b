"""A private screen: Xvfb with openbox on it, so that tests never use a person's own screen."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from setup.steps import Trouble

SCREEN = "1920x1200x24"
PATIENCE = 20.0  # seconds; a busy CI machine needs a few


def has_display() -> bool:
    """Whether a window would appear somewhere where a person could see it."""
    if sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def can_be_private() -> bool:
    return sys.platform == "linux" and shutil.which("Xvfb") is not None


@contextmanager
def private_display() -> Iterator[dict[str, str]]:
    """The environment for programs on the private screen; it ends with the block."""
    with ExitStack() as stack:
        log = (
            Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="operator-console-screen-"))) / "log"
        )
        output = stack.enter_context(log.open("wb"))
        number = _start_server(stack, output.fileno(), log)
        env = {**os.environ, "DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
        env.pop("WAYLAND_DISPLAY", None)
        if shutil.which("openbox"):
            manager = ["openbox", "--sm-disable"]
            process = subprocess.Popen(
                manager, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
            stack.callback(_end, process)
            _await_manager(env)
        yield env


def _start_server(stack: ExitStack, output: int, log: Path) -> int:
    # -displayfd makes the server choose a free number and say it, which also says that it is ready.
    reader, writer = os.pipe()
    stack.callback(os.close, reader)
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset"]
    process = subprocess.Popen(
        command, pass_fds=(writer,), stdin=subprocess.DEVNULL, stdout=output, stderr=output
    )
    os.close(writer)
    stack.callback(_end, process)
    said = b""
    deadline = time.monotonic() + PATIENCE
    while not said.endswith(b"\n"):
        ready, _, _ = select.select([reader], [], [], max(0.0, deadline - time.monotonic()))
        chunk = os.read(reader, 16) if ready else b""
        if not chunk:
            raise Trouble(
                "The private screen (Xvfb) did not start.",
                "see what it said above; /tmp/.X11-unix has to be writable.",
                log.read_text(encoding="utf-8", errors="replace"),
            )
        said += chunk
    return int(said)


def _await_manager(env: dict[str, str]) -> None:
    # A window opened before the manager is there would never be given the focus.
    deadline = time.monotonic() + PATIENCE
    question = ["xprop", "-root", "_NET_SUPPORTING_WM_CHECK"]
    while shutil.which("xprop") and time.monotonic() < deadline:
        answer = subprocess.run(question, env=env, capture_output=True, text=True, check=False)
        if "window id" in answer.stdout:
            return
        time.sleep(0.05)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
