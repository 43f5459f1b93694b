"""Microsoft's own types, read where a copy lies beside the project, and a strict comparison with them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SCHEMA = Path(__file__).parents[3] / "shared/graph/communications-v1.0.json"

EXTRAS = {
    # Documented in the transfer pages, absent from the schema; the type is open (REFERENCE §1.6).
    ("graph.invitationParticipantInfo", "endpointType"),
}
CALL_SETS = {"graph.identitySet"}
"""On the wire calls say identitySet where the wider communicationsIdentitySet is meant (REFERENCE §4.4)."""


class Types:
    """The schema, and `problems` with a value that claims to be of one of its types."""

    def __init__(self, file: Path = SCHEMA) -> None:
        raw = json.loads(file.read_text("utf-8"))
        self._types, self._enums = raw["types"], raw["enums"]
        self._operations = raw["operations"]

    def parameters(self, name: str, bound_to: str) -> dict[str, str]:
        """Return the parameters of an action. Raises KeyError when Microsoft has no such action."""
        for operation in self._operations:
            if operation["name"] == name and operation["bound_to"] == bound_to:
                return dict(operation["parameters"])
        raise KeyError(f"{name} on {bound_to}")

    def body_problems(self, body: dict[str, Any], parameters: dict[str, str], where: str) -> Iterator[str]:
        """Yield what is wrong with the body of an action."""
        for key, value in body.items():
            if key not in parameters:
                yield f"{where}: no parameter {key}"
            else:
                yield from self.problems(value, parameters[key], f"{where}.{key}")
        for key, declared in parameters.items():
            if declared.endswith("!") and body.get(key) is None:
                yield f"{where}: {key} is required"

    def problems(self, value: Any, declared: str, where: str) -> Iterator[str]:
        """Yield what is wrong with `value` as a `declared` type."""
        if value is None:
            if declared.endswith("!"):
                yield f"{where}: null is not allowed"
            return
        name = declared.rstrip("!")
        if name.startswith("Collection("):
            if not isinstance(value, list):
                yield f"{where}: not a list"
                return
            for index, entry in enumerate(value):
                yield from self.problems(entry, name[len("Collection(") : -1], f"{where}[{index}]")
        elif name in self._enums:
            if value not in self._enums[name]["members"]:
                yield f"{where}: {value!r} is no {name}"
        elif name in self._types:
            yield from self._object_problems(value, name, where)
        else:
            yield from _primitive_problems(value, name, where)

    def _object_problems(self, value: Any, declared: str, where: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{where}: not an object"
            return
        name = declared
        if said := value.get("@odata.type"):
            name = "graph." + said.removeprefix("#microsoft.graph.")
            if name not in self._types:
                yield f"{where}: Microsoft has no type {said}"
                return
            if declared not in self._bases(name) and name not in CALL_SETS and name != "graph.identity":
                yield f"{where}: a {name} is no {declared}"
        elif self._types[name]["abstract"]:
            yield f"{where}: {name} is abstract and needs @odata.type"
        properties = self._properties("graph.communicationsIdentitySet" if name in CALL_SETS else name)
        for key, inner in value.items():
            if key.startswith("@odata."):
                continue
            if key in properties:
                yield from self.problems(inner, properties[key], f"{where}.{key}")
            elif (name, key) not in EXTRAS and not (name == "graph.identity" and key == "tenantId"):
                yield f"{where}: {name} has no {key}"

    def _bases(self, name: str) -> set[str]:
        found = set()
        while name:
            found.add(name)
            name = self._types[name]["base"]
        return found

    def _properties(self, name: str) -> dict[str, str]:
        found: dict[str, str] = {}
        while name:
            found = {**self._types[name]["properties"], **found}
            name = self._types[name]["base"]
        return found


def _primitive_problems(value: Any, name: str, where: str) -> Iterator[str]:
    wanted: dict[str, type | tuple[type, ...]] = {
        "Edm.String": str,
        "Edm.Int32": int,
        "Edm.Int64": int,
        "Edm.Boolean": bool,
        "Edm.DateTimeOffset": str,
        "Edm.Duration": str,
    }
    kind = wanted.get(name, object)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        yield f"{where}: {value!r} is no {name}"
