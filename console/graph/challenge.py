"""What a 401 asks of the sign-in: the claims in its WWW-Authenticate header (SECURITY §2.1)."""

from __future__ import annotations

import base64
import re
from typing import Any

import msgspec

LARGEST = 8 * 1024
"""Characters of encoded claims; Microsoft's own have about two hundred."""

_PIECE = re.compile(r"""([\w.~+-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+)))?""")
"""A parameter with its value, quoted or not, or the name of a scheme, which has none (RFC 9110 §11.6.1)."""


def claims_of(header: str) -> str:
    """Return the claims that the next token must have, as a JSON object; empty when none are asked for.

    The header is from outside and what it asks for goes to the sign-in service: it is read only as what it
    ought to be, a small object of objects, and written anew.
    """
    asked = _bearer(header)
    encoded = asked.get("claims", "")
    if asked.get("error") != "insufficient_claims" or not 0 < len(encoded) <= LARGEST:
        return ""
    try:
        # Both alphabets of base64 are about, with and without padding.
        bare = encoded.rstrip("=").translate(_SAFE)
        plain = base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
        claims = msgspec.json.decode(plain, type=dict[str, dict[str, Any]])
    except (ValueError, msgspec.DecodeError, RecursionError):
        return ""
    return msgspec.json.encode(claims).decode() if claims else ""


_SAFE = str.maketrans("-_", "+/")


def _bearer(header: str) -> dict[str, str]:
    """The parameters of the Bearer challenge; a server may offer other schemes in the same header."""
    found: dict[str, str] = {}
    scheme = ""
    for piece in _PIECE.finditer(header):
        name, quoted, plain = piece.groups()
        if quoted is None and plain is None:
            scheme = name.casefold()
        elif scheme == "bearer":
            found.setdefault(name.casefold(), quoted or plain or "")
    return found
