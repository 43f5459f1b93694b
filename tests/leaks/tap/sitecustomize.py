"""Loaded by every Python that starts with this folder on its path: it writes down what must not leak.

Every request and answer of httpx2, through which our programs say everything, goes to TAP_FOLDER with its
secrets in it; so do the arguments and the environment of every program that is started, and what a file held
before it was deleted. All logging is switched to DEBUG, and TAP_LEAK undoes what keeps MSAL quiet.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import sys
import threading
import uuid
from pathlib import Path
from typing import Any

_FOLDER = Path(os.environ["TAP_FOLDER"]) if "TAP_FOLDER" in os.environ else None
_SCANNED = os.environ.get("TAP_SCANNED", "")
_LOCK = threading.Lock()


def _note(kind: str, **said: Any) -> None:
    assert _FOLDER is not None
    line = json.dumps({"kind": kind, **said}, default=str) + "\n"
    with _LOCK, (_FOLDER / f"{kind}-{os.getpid()}.jsonl").open("a", encoding="utf-8") as file:
        file.write(line)


def _heard(request: Any, response: Any) -> None:
    sent = request.content.decode("utf-8", "replace") if hasattr(request, "_content") else ""
    got = response.text if hasattr(response, "_content") else ""
    _note("traffic", url=str(request.url), headers=dict(request.headers), sent=sent, got=got)


def _tap_httpx2() -> None:
    import httpx2

    plain, asynchronous = httpx2.Client.send, httpx2.AsyncClient.send

    def send(self: Any, request: Any, **more: Any) -> Any:
        response = plain(self, request, **more)
        _heard(request, response)
        return response

    async def send_async(self: Any, request: Any, **more: Any) -> Any:
        response = await asynchronous(self, request, **more)
        _heard(request, response)
        return response

    httpx2.Client.send, httpx2.AsyncClient.send = send, send_async


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "subprocess.Popen":
        program, argv, _, environment = arguments
        _note("started", program=program, argv=list(argv), environment=dict(environment or os.environ))
    elif event in ("os.remove", "os.rename", "shutil.rmtree"):
        gone = Path(os.fsdecode(arguments[0]))
        if str(gone).startswith(_SCANNED) and gone.is_file():
            shutil.copy(gone, Path(_SCANNED) / "deleted" / f"{uuid.uuid4().hex}-{gone.name}")


def _log_everything() -> None:
    logging.basicConfig(level=logging.DEBUG)
    if os.environ.get("TAP_LEAK"):
        msal = logging.getLogger("msal")
        msal.setLevel(logging.DEBUG)
        msal.setLevel = lambda level: None  # type: ignore[method-assign]


if _FOLDER is not None:
    if "sign-in" not in sys.orig_argv:  # that stands in for a browser, which is none of ours
        _log_everything()
    _tap_httpx2()
    sys.addaudithook(_watch)
