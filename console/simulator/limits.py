"""How much Graph bears: the limits of Microsoft's page as windows that fill up (REFERENCE §7.1)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from console.simulator import assumptions
from console.simulator.errors import GraphError
from console.simulator.identities import Json
from console.simulator.tokens import Principal

Scope = Literal["app", "tenant", "user", "path"]
MONTH = 30 * 86_400.0


@dataclass(frozen=True, slots=True)
class Limit:
    """`amount` in `seconds`, counted apart for each of what `per` names.

    `operations` are beginnings of operation names. `units` is for limits that count resource units.
    """

    name: str
    amount: int
    seconds: float
    per: tuple[Scope, ...]
    operations: tuple[str, ...]
    units: bool = False


CALLS = ("calls.", "participants.", "operations.", "audioRoutingGroups.", "contentSharingSessions.")
LIMITS = (
    Limit("any", 130_000, 10, ("app",), ("",)),
    Limit("calls", 50_000, 15, ("app", "tenant"), CALLS),
    Limit("meetings", 2_000, MONTH, ("user",), ("meetings.create",)),
    Limit("presence", 10_000, 30, ("app", "tenant"), ("presence.",)),
    Limit("records-of-app", 15_000, 20, ("app",), ("callRecords.",)),
    Limit("records-of-tenant", 10_000, 20, ("tenant",), ("callRecords.",)),
    Limit("records", 1_500, 20, ("app", "tenant"), ("callRecords.",)),
    Limit("one-record", 40, 20, ("app", "tenant", "path"), ("callRecords.",)),
    # Resource units for a tenant of fewer than 50 users.
    Limit("people", 3_500, 10, ("app", "tenant"), ("users.",), units=True),
)


@dataclass(frozen=True, slots=True)
class Visit:
    """What of a request the limits look at."""

    operation: str
    path: str
    query: Mapping[str, str]
    principal: Principal

    @property
    def units(self) -> int:
        """What a read of users costs (REFERENCE §7.1)."""
        top = self.query.get("$top", "")
        cost = 2 - ("$select" in self.query) + ("$expand" in self.query)
        return max(1, cost - (top.isdecimal() and int(top) < 20))


class Meter:
    """Fills the windows. `share` below 1 makes every limit smaller, down to one request."""

    def __init__(self) -> None:
        self._limits = {limit.name: limit for limit in LIMITS}
        self._windows: dict[tuple[str, ...], list[float]] = {}
        """Per limit and scope: when the window began, and what is used of it."""

    def change(self, body: Json) -> None:
        """Sets limits from `{"calls": {"amount": 5, "seconds": 15}, "reset": true}`. Raises ValueError."""
        limits = {limit.name: limit for limit in LIMITS} if body.get("reset") else dict(self._limits)
        for name, wanted in body.items():
            if name == "reset":
                continue
            match wanted:
                case {"amount": int(amount), "seconds": int() | float() as seconds} if (
                    name in limits and amount > 0 and seconds > 0
                ):
                    limits[name] = replace(limits[name], amount=amount, seconds=float(seconds))
                case _:
                    raise ValueError(f"a limit has amount and seconds, and is one of {', '.join(limits)}")
        self._limits = limits
        self._windows.clear()

    def shown(self) -> list[Json]:
        """The limits, each with the fullest of its windows."""
        return [
            {
                "name": limit.name,
                "amount": limit.amount,
                "seconds": limit.seconds,
                "per": list(limit.per),
                "used": max(
                    (used for key, (_, used) in self._windows.items() if key[0] == limit.name), default=0
                ),
            }
            for limit in self._limits.values()
        ]

    def count(self, visit: Visit, now: float, share: float, pace: float) -> dict[str, str]:
        """Counts a request in every window it belongs to; headers for its answer. Raises 429.

        A refused request counts, too. `now` is simulated; Retry-After is in the client's own seconds, of
        which `pace` simulated ones make one.
        """
        headers: dict[str, str] = {}
        full: tuple[float, Limit] | None = None
        for limit in self._limits.values():
            if not visit.operation.startswith(limit.operations):
                continue
            cost = visit.units if limit.units else 1
            window = self._window(limit, visit, now)
            window[1] += cost
            most = max(1, int(limit.amount * share))
            if limit.units:
                headers |= _said(cost, window[1] / most)
            if window[1] > most:
                left = window[0] + limit.seconds - now
                full = max(full, (left, limit), key=lambda pair: pair[0]) if full else (left, limit)
        if full is not None:
            headers["Retry-After"] = str(max(1, math.ceil(full[0] / (pace or 1.0))))
            raise GraphError(
                429, "TooManyRequests", "Please retry again later.", headers | _blamed(full[1], visit)
            )
        return headers

    def _window(self, limit: Limit, visit: Visit, now: float) -> list[float]:
        key = (limit.name, *_scope(limit.per, visit))
        window = self._windows.get(key)
        if window is None or now >= window[0] + limit.seconds:
            window = self._windows[key] = [now, 0]
        return window


def _scope(per: Iterable[Scope], visit: Visit) -> Iterator[str]:
    principal = visit.principal
    for name in per:
        match name:
            case "app":
                yield principal.app_id
            case "tenant":
                yield principal.tenant_id
            case "user":
                yield principal.user_id or ""
            case "path":
                yield visit.path


def _said(cost: int, used: float) -> dict[str, str]:
    """What Entra says with every answer, and more of it when four fifths are used."""
    said = {"x-ms-resource-unit": str(cost)}
    if used >= assumptions.LIMIT_WARNING.value:
        said["x-ms-throttle-limit-percentage"] = f"{used:.2f}"
    return said


def _blamed(limit: Limit, visit: Visit) -> dict[str, str]:
    """Entra's headers on a refusal; other services have none."""
    if not limit.units:
        return {}
    who = visit.principal
    return {
        "x-ms-throttle-scope": f"Tenant_Application/ReadWrite/{who.app_id}/{who.tenant_id}",
        "x-ms-throttle-information": "ResourceUnitLimitExceeded",
    }
