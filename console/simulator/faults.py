"""What can be made to go wrong, by seed: notifications mangled, delayed or lost, requests throttled."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Literal, get_args

from console.simulator.identities import Json

TokenFault = Literal["none", "audience", "issuer", "expired", "tenant", "signature"]


@dataclass(frozen=True, slots=True)
class Faults:
    """Chances are 0 to 1 and apply to each notification; counts run down with each request they hit."""

    seed: int = 0
    duplicate: float = 0.0
    lost: float = 0.0
    delay: float = 0.0
    reorder: float = 0.0
    delay_seconds: float = 1.0
    """Simulated seconds a delayed or reordered notification comes late."""
    pascal_case: float = 0.0
    id_variants: float = 0.0
    string_codes: float = 0.0
    missing_slash: float = 0.0
    swap_established: bool = False
    """`established` is delivered before `establishing` (REFERENCE §0.8)."""
    token: TokenFault = "none"  # noqa: S105 - the name of a fault
    throttle: int = 0
    """So many Graph requests get 429."""
    retry_after: int = 10
    unavailable: int = 0
    """So many Graph requests get 503."""
    bare_error: int = 0
    """So many Graph requests get 403/7503 in the envelope without `error` (REFERENCE §7.3)."""
    operation: str = ""
    """Only requests whose operation begins like this are throttled, unavailable or refused."""


def read_faults(body: Mapping[str, object], before: Faults) -> Faults:
    """Applies a JSON object to `before`; `{"reset": true}` starts from no faults. Raises ValueError."""
    changes = {_snake(name): value for name, value in body.items() if name != "reset"}
    start = Faults() if body.get("reset") else before
    known = {field.name: getattr(start, field.name) for field in fields(Faults)}
    for name, value in changes.items():
        if name not in known:
            raise ValueError(f"unknown fault: {name}")
        expected = type(known[name])
        if expected is float and isinstance(value, int) and not isinstance(value, bool):
            changes[name] = float(value)
        elif type(value) is not expected:
            raise ValueError(f"{name} must be a {expected.__name__}")
    if changes.get("token", "none") not in get_args(TokenFault):
        raise ValueError(f"token must be one of {', '.join(get_args(TokenFault))}")
    return replace(start, **changes)  # type: ignore[arg-type]


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


class FaultBox:
    """The faults in force, the seeded chance, and the counts that run down."""

    def __init__(self, faults: Faults | None = None) -> None:
        self.faults = faults or Faults()
        self._random = random.Random(self.faults.seed)  # noqa: S311 - reproducible trouble

    def put(self, faults: Faults) -> None:
        """Puts `faults` in force and starts their seed anew."""
        self.faults = faults
        self._random = random.Random(faults.seed)  # noqa: S311 - reproducible trouble

    def happens(self, chance: float) -> bool:
        return chance > 0 and self._random.random() < chance

    def strike(self, operation: str) -> Literal["throttle", "unavailable", "bare_error"] | None:
        """What hits this request, if anything; its count goes down by one."""
        if not operation.startswith(self.faults.operation):
            return None
        for name in ("throttle", "unavailable", "bare_error"):
            if (left := getattr(self.faults, name)) > 0:
                self.faults = replace(self.faults, **{name: left - 1})
                return name
        return None

    def mangle(self, item: Json, call_id: str) -> Json:
        """The same notification in one of the other spellings seen on the wire (REFERENCE §0.8, §3.3)."""
        faults = self.faults
        if self.happens(faults.pascal_case):
            item = pascal_case(item)
        if self.happens(faults.string_codes):
            item = string_codes(item)
        if self.happens(faults.id_variants):
            variant = call_id.replace("-", "").upper()
            item = {**item, "resourceUrl": item["resourceUrl"].replace(call_id, variant)}
        if self.happens(faults.missing_slash):
            item = {**item, "resourceUrl": item["resourceUrl"].lstrip("/")}
        return item


def pascal_case(item: Json) -> Json:
    """`changeType`, `state` and `status` with a capital letter."""
    data = item["resourceData"]
    if isinstance(data, dict):
        data = {k: _capital(v) if k in ("state", "status") else v for k, v in data.items()}
    return {**item, "changeType": _capital(item["changeType"]), "resourceData": data}


def string_codes(item: Json) -> Json:
    """`resultInfo` numbers as strings."""
    data = item["resourceData"]
    if isinstance(data, dict) and isinstance(data.get("resultInfo"), dict):
        result = {k: str(v) if isinstance(v, int) else v for k, v in data["resultInfo"].items()}
        data = {**data, "resultInfo": result}
    return {**item, "resourceData": data}


def _capital(value: object) -> object:
    return value[:1].upper() + value[1:] if isinstance(value, str) else value
