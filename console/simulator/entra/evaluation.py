"""Continuous access evaluation: Graph asks for a newer token by a claims challenge.

Source: https://learn.microsoft.com/en-us/entra/identity-platform/claims-challenge
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import Refusal

CAPABLE = "cp1"
"""In the token's `xms_cc`: its client understands challenges. Others keep their tokens until these expire."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a token request asks of the token: `not_before` is seconds since the epoch."""

    capable: bool = False
    not_before: int = 0

    def into(self, claims: dict[str, Any]) -> dict[str, Any]:
        """`claims` of a new token with what was asked for."""
        nbf = max(int(claims["nbf"]), self.not_before)
        return {**claims, "nbf": nbf} | ({"xms_cc": [CAPABLE]} if self.capable else {})


NOTHING = Wanted()


def read_wanted(text: str) -> Wanted:
    """The `claims` parameter of a token request. Raises Refusal."""
    try:
        asked = json.loads(text or "{}")["access_token"] if text else {}
        values = asked.get("xms_cc", {}).get("values", [])
        return Wanted("CP1" in values, int(asked.get("nbf", {}).get("value", 0)))
    except (ValueError, KeyError, AttributeError, TypeError) as wrong:
        raise Refusal("invalid_request", 50148, "The claims parameter is not valid.") from wrong


@dataclass(slots=True)
class Evaluation:
    """Whose tokens must be newer than a moment: object id to seconds since the epoch."""

    not_before: dict[str, int] = field(default_factory=dict)

    def challenge(self, claims: Mapping[str, Any]) -> str:
        """The `claims` of the challenge that a token with these claims meets; empty when it is good."""
        since = self.not_before.get(str(claims.get("oid")), 0)
        if int(claims["nbf"]) >= since or CAPABLE not in claims.get("xms_cc", ()):
            return ""
        wanted = {"access_token": {"nbf": {"essential": True, "value": str(since)}}}
        return base64.b64encode(json.dumps(wanted).encode()).decode()
