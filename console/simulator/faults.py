"""What can be made to go wrong: values, read from JSON and from scenes; `faultbox` makes it happen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, get_args

TokenFault = Literal["none", "audience", "issuer", "expired", "tenant", "signature"]
WRONG_TOKENS: tuple[TokenFault, ...] = tuple(kind for kind in get_args(TokenFault) if kind != "none")

Strike = Literal["throttle", "unavailable", "broken", "bare_error", "gateway", "silent", "cut", "slow"]
"""What can hit a request. The first four are refusals: nothing was done. After the others all was done."""
STRIKES: tuple[Strike, ...] = get_args(Strike)


@dataclass(frozen=True, slots=True)
class Faults:
    """Chances are 0 to 1 and are drawn for each notification or request by `seed`; counts run down.

    Seconds are simulated. README.md lists all of them with what they do.
    """

    seed: int = 0

    # Notifications.
    duplicate: float = 0.0
    lost: float = 0.0
    delay: float = 0.0
    reorder: float = 0.0
    delay_seconds: float = 1.0
    batch: float = 0.0
    pascal_case: float = 0.0
    id_variants: float = 0.0
    string_codes: float = 0.0
    missing_slash: float = 0.0
    nameless: float = 0.0
    legacy_first: float = 0.0
    forged: float = 0.0
    swap_established: bool = False
    token: TokenFault = "none"  # noqa: S105 - the name of a fault

    # Requests: counts.
    throttle: int = 0
    unavailable: int = 0
    broken: int = 0
    bare_error: int = 0
    gateway: int = 0
    silent: int = 0
    cut: int = 0
    slow: int = 0

    # Requests: chances.
    throttle_chance: float = 0.0
    unavailable_chance: float = 0.0
    broken_chance: float = 0.0
    bare_error_chance: float = 0.0
    gateway_chance: float = 0.0
    silent_chance: float = 0.0
    cut_chance: float = 0.0
    slow_chance: float = 0.0
    odd_errors: float = 0.0
    retry_after: int = 10
    silent_seconds: float = 120.0
    slow_seconds: float = 3.0
    limit_share: float = 1.0
    operation: str = ""


SHARES = tuple(
    field.name for field in fields(Faults) if field.type == "float" and "seconds" not in field.name
)
"""The fields that lie between 0 and 1."""


BY_CHANCE = ("odd_errors", *(f"{name}_chance" for name in STRIKES))
"""The fields that let chance choose among requests."""


def read_faults(body: Mapping[str, object], before: Faults) -> Faults:
    """Applies a JSON or TOML table to `before`; `{"reset": true}` starts from none. Raises ValueError.

    Names may be written as here or as JSON likes them: `delay_seconds`, `delaySeconds`.
    """
    start = Faults() if body.get("reset") else before
    changes: dict[str, Any] = {_snake(name): value for name, value in body.items() if name != "reset"}
    for name, value in changes.items():
        if name not in Faults.__dataclass_fields__:
            raise ValueError(f"unknown fault: {name}")
        expected = type(getattr(start, name))
        if expected is float and type(value) is int:
            value = changes[name] = float(value)
        if type(value) is not expected:
            raise ValueError(f"{name} must be a {expected.__name__}")
        if isinstance(value, int | float) and not 0 <= value <= (1 if name in SHARES else value):
            raise ValueError(f"{name} must be {'from 0 to 1' if name in SHARES else 'at least 0'}")
    if changes.get("token", "none") not in get_args(TokenFault):
        raise ValueError(f"token must be one of {', '.join(get_args(TokenFault))}")
    return replace(start, **changes)


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
