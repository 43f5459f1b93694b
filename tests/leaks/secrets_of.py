"""Which secrets a run had, from what went over its wires, and where they stand in what it left behind."""

from __future__ import annotations

import base64
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

ANSWERED = {
    "access_token": "access token",
    "refresh_token": "refresh token",
    "id_token": "id token",
    "device_code": "device code",
    "clientState": "client state",
}
"""The names that OAuth and Graph give in JSON to what must stay between two parties."""
SENT = {
    **ANSWERED,
    "code": "authorization code",
    "code_verifier": "code verifier",
    "client_assertion": "client assertion",
    "client_secret": "client secret",
    "state": "state",
    "nonce": "nonce",
}
"""The same in addresses and forms; in JSON some of these names mean something else."""
SHORT = 12
"""What is shorter than this is no secret but a word."""
Secrets = Mapping[str, frozenset[str]]


def secrets_of(tap: Path) -> Secrets:
    """The secrets by kind that were sent or received, wherever they stood in a request or an answer."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for exchange in read(tap, "traffic"):
        for kind, value in _fields(exchange):
            if kind and isinstance(value, str) and len(value) >= SHORT:
                found[kind].add(value)
        scheme, _, token = exchange["headers"].get("authorization", "").partition(" ")
        if scheme == "Bearer":
            found["bearer token"].add(token)
    return {kind: frozenset(values) for kind, values in found.items()}


def numbers_of(tap: Path) -> frozenset[str]:
    """The numbers from which the simulator was told to call."""
    placed = (
        json.loads(e["sent"]) for e in read(tap, "traffic") if e["url"].endswith("/sim/calls") and e["sent"]
    )
    return frozenset(one["caller"]["phone"] for one in placed if "phone" in one["caller"])


def read(tap: Path, kind: str) -> Iterator[dict[str, Any]]:
    for file in sorted(tap.glob(f"{kind}-*.jsonl")):
        yield from map(json.loads, file.read_text("utf-8").splitlines())


def _fields(exchange: dict[str, Any]) -> Iterator[tuple[str | None, Any]]:
    """Kinds and values; None for what is no secret."""
    forms = parse_qsl(urlsplit(exchange["url"]).query)
    for text in (exchange["sent"], exchange["got"]):
        try:
            yield from ((ANSWERED.get(name), value) for name, value in _walk(json.loads(text)))
        except ValueError:
            forms += parse_qsl(text)
            for tag in re.findall(r"<input[^>]*>", text):
                parts = dict(re.findall(r'(name|value)="([^"]*)"', tag))
                forms.append((parts.get("name", ""), parts.get("value", "")))
    yield from ((SENT.get(name), value) for name, value in forms)


def _walk(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from value.items()
        for part in value.values():
            yield from _walk(part)
    elif isinstance(value, list):
        for part in value:
            yield from _walk(part)


@dataclass(frozen=True, slots=True)
class Needle:
    """Bytes that would give a secret away, and how they were made from it."""

    kind: str
    shape: str
    content: bytes


def needles_of(secrets: Secrets, keys: Iterable[bytes] = (), numbers: Iterable[str] = ()) -> list[Needle]:
    """What to look for: each secret whole, in part, and as other programs like to write it."""
    found = [n for kind, values in secrets.items() for value in values for n in _text(kind, value)]
    found += [n for key in keys for n in _key(key)]
    for number in numbers:
        found += [Needle("caller's number", "digits", number.lstrip("+")[-9:].encode())]
    return found


def _text(kind: str, value: str) -> Iterator[Needle]:
    yield Needle(kind, "whole", value.encode())
    yield Needle(kind, "UTF-16", value.encode("utf-16-le"))
    if quote(value, safe="") != value:
        yield Needle(kind, "percent", quote(value, safe="").encode())
    for shift in range(3):  # base64 of a text that has it somewhere inside
        inside = base64.b64encode(b"\0" * shift + value.encode())
        yield Needle(kind, "base64", inside[4:-4] if shift else inside[:-4])
    if value.count(".") == 2 and value.startswith("eyJ"):
        _, claims, signature = value.split(".")
        yield Needle(kind, "signature", signature[:24].encode())
        yield Needle(kind, "claims", claims[-24:].encode())
    elif len(value) >= 32:
        yield Needle(kind, "beginning", value[:20].encode())
        yield Needle(kind, "end", value[-20:].encode())


def _key(key: bytes) -> Iterator[Needle]:
    yield Needle("key", "raw", key)
    yield Needle("key", "hex", key.hex().encode())
    yield Needle("key", "HEX", key.hex().upper().encode())
    yield Needle("key", "base64", base64.b64encode(key).rstrip(b"="))
    yield Needle("key", "base64url", base64.urlsafe_b64encode(key).rstrip(b"="))
    yield Needle("key", "repr", repr(key)[2:-1].encode())
    yield Needle("key", "list", ", ".join(map(str, key)).encode())


@dataclass(frozen=True, slots=True)
class Leak:
    kind: str
    shape: str
    place: str


_BETWEEN_DIGITS = re.compile(rb"(?<=\d)[ ()./-]{1,3}(?=\d)")


def scan(content: bytes, place: str, needles: Iterable[Needle]) -> set[Leak]:
    """Where a needle stands in some bytes; numbers also where they are written with gaps."""
    closed = _BETWEEN_DIGITS.sub(b"", content)
    return {
        Leak(needle.kind, needle.shape, place)
        for needle in needles
        if needle.content in (closed if needle.shape == "digits" else content)
    }


def scan_folder(folder: Path, needles: list[Needle]) -> set[Leak]:
    """The same for every file below a folder, names included."""
    found: set[Leak] = set()
    for path in sorted(folder.rglob("*")):
        place = str(path.relative_to(folder))
        found |= scan(place.encode(), f"the name {place}", needles)
        if path.is_file() and not path.is_symlink():
            found |= scan(path.read_bytes(), place, needles)
    return found
