"""A real browser: Debian's Chromium without a screen, driven over its DevTools protocol.

Playwright would bring a Node of its own and 45 MB for what is one script in every page and one question at
the end; `websockets` is installed already, because uvicorn uses it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import queue
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from websockets.sync.client import ClientConnection, connect

NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 30.0

# Runs when a page's own scripts have: types, and presses what a person would press. On our own page, which is
# the only one without TLS, nothing is left to do.
PERSON = """
addEventListener('DOMContentLoaded', () => setTimeout(() => {
  const answers = %s;
  if (location.protocol !== 'https:' || document.forms.length === 0) return;
  for (const [name, value] of Object.entries(answers)) {
    const field = document.querySelector(`input[name="${name}"]:not([type=hidden])`);
    if (field) field.value = value;
    const button = document.querySelector(`button[name="${name}"][value="${value}"]`);
    if (button) { button.click(); return; }
  }
  const submit = document.querySelector('form button[type=submit], form button:not([name])');
  if (submit) submit.click();
}, 0));
"""


def find_chromium() -> str | None:
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Chromium:
    """One browser for all tests, started at the first page; each visit has a profile of its own in it."""

    def __init__(self, folder: Path, certificate: Path) -> None:
        self._folder = folder
        self._pin = _pin(certificate)
        self._process: subprocess.Popen[str] | None = None
        self.titles: queue.Queue[str] = queue.Queue()

    def visit(self, url: str, answers: Mapping[str, str]) -> None:
        """Go to `url` in a thread: a browser is its own program. The last page's title goes to `titles`."""
        threading.Thread(target=self._visit, args=(url, answers), name="Chromium", daemon=True).start()

    def close(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE)
            self._listening.join(PATIENCE)

    def _visit(self, url: str, answers: Mapping[str, str]) -> None:
        with connect(self._start(), max_size=None, proxy=None) as socket:
            protocol = Protocol(socket)
            context = protocol.ask("Target.createBrowserContext")["browserContextId"]
            target = protocol.ask("Target.createTarget", url="about:blank", browserContextId=context)
            attached = protocol.ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)
            protocol.session = attached["sessionId"]
            protocol.ask("Page.enable")
            protocol.ask("Page.addScriptToEvaluateOnNewDocument", source=PERSON % json.dumps(dict(answers)))
            protocol.ask("Page.navigate", url=url)
            protocol.until_home()
            title = protocol.ask("Runtime.evaluate", expression="document.title")["result"]["value"]
            protocol.session = ""
            protocol.ask("Target.disposeBrowserContext", browserContextId=context)
            self.titles.put(title)

    def _start(self) -> str:
        """The address of the browser's socket."""
        if self._process is None:
            program = find_chromium()
            assert program is not None
            options = [
                "--headless",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-extensions",
                "--disable-component-update",
                "--disable-background-networking",
                "--no-first-run",
                "--remote-debugging-port=0",
                f"--user-data-dir={self._folder}",
                # TLS stays on: only this one key is taken for a good one, whoever signed it.
                f"--ignore-certificate-errors-spki-list={self._pin}",
                # Its sandbox refuses to run as root and in many containers; the pages here are our own.
                "--no-sandbox",
            ]
            self._process = subprocess.Popen(
                [program, *options, "about:blank"], stderr=subprocess.PIPE, text=True, errors="replace"
            )
            self._address = self._await_address()
        return self._address

    def _await_address(self) -> str:
        found: queue.Queue[str] = queue.Queue()
        self._listening = threading.Thread(target=self._listen, args=(found.put,), daemon=True)
        self._listening.start()
        return found.get(timeout=PATIENCE)

    def _listen(self, found: Callable[[str], None]) -> None:
        """To the end: a program that nobody listens to stands still when its pipe is full."""
        assert self._process is not None and self._process.stderr is not None
        with self._process.stderr as said:
            for line in said:
                if address := re.search(r"DevTools listening on (ws://\S+)", line):
                    found(address[1])


class Protocol:
    """Questions and answers over one socket; `session` is the page that they are for."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._number = 0
        self.session = ""
        self._frame = ""
        self._loaded = False

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        self._socket.send(json.dumps(message | ({"sessionId": self.session} if self.session else {})))
        while (answer := self._receive()).get("id") != self._number:
            pass
        assert "error" not in answer, answer
        result: dict[str, Any] = answer["result"]
        return result

    def until_home(self) -> None:
        """Wait until the page on this computer, without TLS, has loaded."""
        while not (self._frame.startswith("http://localhost:") and self._loaded):
            self._receive()

    def _receive(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self._socket.recv(timeout=PATIENCE))
        match message.get("method"):
            case "Page.frameNavigated" if "parentId" not in message["params"]["frame"]:
                self._frame, self._loaded = message["params"]["frame"]["url"], False
            case "Page.loadEventFired":
                self._loaded = True
        return message


def _pin(certificate: Path) -> str:
    public = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    spki = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(spki).digest()).decode()
