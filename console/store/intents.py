"""Intents: what the operator pressed and the world has not confirmed yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from console.domain.ids import CallId, IntentId
from console.domain.text import Text
from console.domain.world import World


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the world answered an intent; `failed` is the sentence for the operator, None when it worked."""

    failed: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """One press on its way.

    `predict` lays the expected change over a world, `judge` finds the answer in the truth (None: not yet),
    `expires` is UTC seconds. `doing` is what to show meanwhile ("Answering…").
    """

    id: IntentId
    action: str
    call: CallId | None
    doing: Text
    expires: float
    predict: Callable[[World], World]
    judge: Callable[[World], Verdict | None]
