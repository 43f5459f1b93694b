"""How OData writes plain values in JSON, each as a function that looks at one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

Found = tuple[tuple[str, str], ...]
"""What is wrong, as (where below the value, why); empty when all is well."""
Check = Callable[[Any], Found]

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,12})?)?(Z|[+-]\d\d:\d\d)")
_DURATION = re.compile(r"-?P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_number(bits: int) -> Callable[[Any], bool]:
    most = 1 << (bits - 1)
    return lambda value: type(value) is int and -most <= value < most


def _is_moment(value: Any) -> bool:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value[:19])  # the pattern lets the 31st of February pass
    except ValueError:
        return False
    return True


def _is_of(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def wrong(value: Any, name: str) -> Found:
    """Say that `value` is not of the type `name`."""
    return (("", "null is not allowed" if value is None else f"{value!r} is no {name}"),)


def _check(name: str, holds: Callable[[Any], bool]) -> Check:
    def look(value: Any) -> Found:
        return () if holds(value) else wrong(value, name)

    return look


PRIMITIVES: Mapping[str, Check] = {
    name: _check(name, holds)
    for name, holds in {
        "Edm.String": _is_text,
        "Edm.Boolean": lambda value: isinstance(value, bool),
        "Edm.Int32": _is_number(32),
        "Edm.Int32 in quotes": lambda v: _is_number(32)(int(v) if _is_of(re.compile(r"-?\d+"))(v) else v),
        "Edm.Int64": _is_number(64),
        "Edm.Double": lambda value: isinstance(value, float) or _is_number(64)(value),
        "Edm.Guid": _is_of(_GUID),
        "Edm.DateTimeOffset": _is_moment,
        "Edm.Duration": _is_of(_DURATION),
        "Edm.TimeOfDay": _is_of(re.compile(r"\d\d:\d\d:\d\d(\.\d{1,12})?")),
        # A picture goes over the wire as it is; a file of exchanges says only how long it was.
        "Edm.Stream": lambda v: isinstance(v, bytes) or _is_of(re.compile(r"\d+ bytes"))(v),
        "any JSON": lambda value: True,
    }.items()
}
"""By the names that the schema uses."""

ANNOTATIONS: Mapping[str, Check] = {
    "@odata.type": PRIMITIVES["Edm.String"],
    "@odata.id": PRIMITIVES["Edm.String"],
    "@odata.etag": PRIMITIVES["Edm.String"],
    "@odata.context": PRIMITIVES["Edm.String"],
    "@odata.nextLink": PRIMITIVES["Edm.String"],
    "@odata.count": PRIMITIVES["Edm.Int64"],
}
"""What any object may say about itself."""
