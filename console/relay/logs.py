"""Log lines as JSON in OpenTelemetry's log data model, without numbers, names or tokens."""

from __future__ import annotations

import json
import logging
import os
import platform
import re
import sys
from datetime import UTC, datetime
from typing import TextIO

from console.relay.health import product_version

_EXTRA = ("call", "operator", "intent", "request", "path")
_SECRETS = (
    (re.compile(r"eyJ[\w-]*\.[\w-]*\.?[\w-]*"), "<token>"),
    (re.compile(r"(?i)(bearer\s+)\S+"), r"\1<token>"),
    (re.compile(r"(?i)((?:code|secret|assertion|password|client_secret)=)[^&\s\"']+"), r"\1<hidden>"),
    (re.compile(r"(?<![\w-])\+?\d(?:[ ()./-]{0,2}\d){6,14}(?![\w-])"), "<number>"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "<address>"),
)
_SEVERITY = {logging.DEBUG: 5, logging.INFO: 9, logging.WARNING: 13, logging.ERROR: 17, logging.CRITICAL: 21}
"""OpenTelemetry's numbers (Logs Data Model, SeverityNumber)."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def redact(text: str) -> str:
    """Return `text` without what must not be in a log."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


class JsonLines(logging.Formatter):
    """One JSON object a line. Ids stay: they say nothing about a person without the tenant's directory."""

    def __init__(self) -> None:
        super().__init__()
        self._resource = {
            "service.name": "operator-relay",
            "service.version": product_version(),
            "service.instance.id": f"{platform.node()}:{os.getpid()}",
        }

    def format(self, record: logging.LogRecord) -> str:
        said = redact(record.getMessage())
        attributes = {name: getattr(record, name) for name in _EXTRA if hasattr(record, name)}
        if record.exc_info and record.exc_info[0]:
            attributes["exception.type"] = record.exc_info[0].__name__
            attributes["exception.stacktrace"] = redact(self.formatException(record.exc_info))
        line: dict[str, object] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "severity_text": record.levelname,
            "severity_number": _SEVERITY.get(record.levelno, 0),
            "scope": record.name,
            "body": _CONTROL.sub(" ", said),
            "attributes": attributes,
            "resource": self._resource,
        }
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up(level: str, stream: TextIO = sys.stderr) -> None:
    """Send every log line of the process to `stream` as JSON."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # DEBUG lines of msal carry sign-in codes (SECURITY §2.3), and httpx2 names every address.
    for name in ("msal", "httpx2", "httpcore2", "urllib3"):
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
