"""Microsoft's own types, read where a copy lies beside the project, and the one strict comparison with them.

Every exchange of every test passes through here, so a type is compiled once into a function that looks at
values; `exceptions.py` names all that is allowed besides.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.contract.described import DESCRIBED, DESCRIBED_ENUMS
from tests.contract.exceptions import ENUMS, EXTRAS, GAPS, NARROWER, NULLS, PLAIN, RELAYS, WIDER
from tests.contract.primitives import ANNOTATIONS, PRIMITIVES, Check, Found, wrong

SCHEMA = Path(__file__).parents[3] / "shared/graph/communications-v1.0.json"
ABSENT = "no copy of Microsoft's types beside the project (shared/graph)"
TYPED = "any type"
"""Declares an object that names its type itself, or a list of such objects."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks: that decides which of the exceptions hold.

    `sent` by a client, otherwise by Graph; `relayed`: by a console to its relay. `partial`: types of which
    only a part is said. `faults`: those of the simulator that are switched on.
    """

    sent: bool = False
    relayed: bool = False
    partial: frozenset[str] = frozenset()
    faults: frozenset[str] = frozenset()


CLIENT, CONSOLE, GRAPH = Voice(sent=True), Voice(sent=True, relayed=True), Voice()


@dataclass(frozen=True, slots=True)
class _Shape:
    """What an object must hold, and how each of its values is looked at. `problem`: it cannot be this."""

    name: str
    checks: Mapping[str, Check] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    problem: str = ""


class Types:
    """The schema, and what is wrong with a value that claims to be of one of its types.

    The parameters of an action are a type too: "graph.call/answer".
    """

    def __init__(self, file: Path = SCHEMA) -> None:
        raw = json.loads(file.read_text("utf-8"))
        self.operations: list[dict[str, Any]] = raw["operations"]
        self.stored: dict[str, Any] = raw["types"]
        actions = {f"{o['bound_to']}/{o['name']}": {"properties": o["parameters"]} for o in self.operations}
        self._types: dict[str, Any] = {**DESCRIBED, **self.stored, **actions}
        enums = {name: frozenset(enum["members"]) for name, enum in raw["enums"].items()}
        self._enums = {**DESCRIBED_ENUMS, **enums}
        self._check = functools.cache(self._compiled)
        self._shape = functools.cache(self._shaped)

    def problems(self, value: Any, declared: str, where: str, voice: Voice = CLIENT) -> list[str]:
        """Return what is wrong with `value` as a `declared` type, each with the path to it."""
        return [f"{where}{below}: {why}" for below, why in self._check(declared, voice)(value)]

    def bases(self, name: str) -> Iterator[str]:
        """Give `name` and all that it inherits from."""
        while name:
            yield name
            name = self._types[name].get("base")

    def properties(self, name: str, *, navigation: bool = False) -> dict[str, str]:
        """Return the properties of a type with their types, inherited ones too."""
        found: dict[str, str] = {}
        for base in self.bases(name):
            found = {**self._types[base]["properties"], **found}
            if navigation:
                found = {**self._types[base].get("navigation", {}), **found}
        return found

    def _compiled(self, declared: str, voice: Voice) -> Check:
        name = declared.removesuffix("!")
        if name.startswith("Collection(") and name.endswith(")"):  # not an action on a collection
            check = _each(self._check(name[len("Collection(") : -1] + "!", voice))
        elif name in self._enums:
            check = self._enum(name, voice)
        elif name in self._types:
            check = self._object(name, voice)
        elif name == TYPED:
            check = _one_or_each(self._object(name, voice))
        elif name == "Edm.Int32" and "string_codes" in voice.faults:
            check = PRIMITIVES["Edm.Int32 in quotes"]
        else:
            check = PRIMITIVES[name]
        return check if declared.endswith("!") else _or_null(check)

    def _enum(self, name: str, voice: Voice) -> Check:
        known = ENUMS[name].members if name in ENUMS else self._enums[name]
        if "pascal_case" in voice.faults:
            known |= {member[:1].upper() + member[1:] for member in known}

        def check(value: Any) -> Found:
            if isinstance(value, str) and value in known:
                return ()
            return wrong(value, name)

        return check

    def _object(self, declared: str, voice: Voice) -> Check:
        def check(value: Any) -> Found:
            if not isinstance(value, dict):
                return wrong(value, declared)
            shape = self._shape(declared, value.get("@odata.type"), voice)
            if shape.problem:
                return (("", shape.problem),)
            found: Found = ()
            for key, inner in value.items():
                look = shape.checks.get(key)
                if look is None:
                    found += (("", f"{shape.name} has no {key}"),)
                elif more := look(inner):
                    found += tuple((f".{key}{below}", why) for below, why in more)
            if not shape.required <= value.keys():
                missing = sorted(shape.required - value.keys())
                found += tuple(("", f"{shape.name} needs {key}") for key in missing)
            return found

        return check

    def _shaped(self, declared: str, said: Any, voice: Voice) -> _Shape:
        """What an object has to be that is declared as one type and says that it is another, or nothing."""
        name = declared
        if said is not None:
            name = "graph." + str(said).removeprefix("#microsoft.graph.")
            if name not in self._types:
                return _Shape(name, problem=f"Microsoft has no type {said}")
            if declared != TYPED and declared not in self.bases(name):
                if name not in PLAIN or name not in self.bases(declared):
                    return _Shape(name, problem=f"a {name} is no {declared}")
                name = declared
        if name == TYPED or self._types[name].get("abstract"):
            return _Shape(name, problem=f"{name} needs @odata.type")
        wide = WIDER.get(name, name)
        said_of = self.properties(wide, navigation=not voice.sent)
        lineage = set(self.bases(wide))
        said_of |= {key: exact.type for (type, key), exact in NARROWER.items() if type in lineage}
        for type, key in NULLS:
            if type in lineage:
                said_of[key] = said_of[key].removesuffix("!")
        required = self._required(lineage, said_of, voice)
        said_of |= {
            key: extra.type
            for (type, key), extra in EXTRAS.items()
            if type in lineage and extra.fault in ("", *voice.faults)
        }
        checks = {key: self._check(type, voice) for key, type in said_of.items()}
        return _Shape(name, {**ANNOTATIONS, **checks}, required)

    def _required(self, lineage: set[str], said_of: Mapping[str, str], voice: Voice) -> frozenset[str]:
        if not voice.partial.isdisjoint(lineage):
            return frozenset()
        gaps = {**GAPS, **(RELAYS if voice.relayed else {})}
        missing = {key for type, key in gaps if type in lineage}
        if voice.sent and "graph.entity" in lineage:
            missing.add("id")  # the service gives it
        return frozenset(key for key, type in said_of.items() if type.endswith("!") and key not in missing)


def _or_null(check: Check) -> Check:
    def look(value: Any) -> Found:
        return () if value is None else check(value)

    return look


def _each(check: Check) -> Check:
    def look(value: Any) -> Found:
        if not isinstance(value, list | tuple):
            return wrong(value, "list")
        found: Found = ()
        for index, entry in enumerate(value):
            if more := check(entry):
                found += tuple((f"[{index}]{below}", why) for below, why in more)
        return found

    return look


def _one_or_each(check: Check) -> Check:
    each = _each(check)
    return lambda value: each(value) if isinstance(value, list) else check(value)
