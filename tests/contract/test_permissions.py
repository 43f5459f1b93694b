"""The ids of permissions are Microsoft's, compared where a copy of the reference lies beside the project."""

from __future__ import annotations

import re

import pytest

from console.graph.catalogue import CATALOGUE
from console.graph.operations import Identity
from console.graph.permissions import permission
from tests.contract.microsoft import SCHEMA

REFERENCE = SCHEMA.with_name("REFERENCE.md")
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ELSEWHERE = {"Calls.JoinGroupCalls.Chat", "ProfilePhoto.Read.All"} | {
    f"Calendars.{right}" for right in ("ReadBasic", "Read", "ReadWrite")
}
"""Permissions whose ids the reference does not have."""


def references() -> dict[tuple[str, Identity], str]:
    """§9.1 by name and kind. A row may hold several: "A.Read / .Write", "delegated / app", "id / id"."""
    section = REFERENCE.read_text("utf-8").partition("### 9.1")[2].partition("### 9.2")[0]
    found: dict[tuple[str, Identity], str] = {}
    for row in re.findall(r"^\| ([A-Z].*?) \| (.*?) \| (.*?) \|$", section, re.MULTILINE):
        names, kinds, ids = ([part.strip() for part in cell.split("/")] for cell in row)
        names = [n if not n.startswith(".") else names[0].partition(".")[0] + n for n in names]
        for n, id in enumerate(ids):
            kind = kinds[n] if len(kinds) > 1 else kinds[0]
            whose = Identity.OPERATOR if kind == "delegated" else Identity.BOT
            if GUID.fullmatch(id):
                found[names[n] if len(names) > 1 else names[0], whose] = id
    return found


@pytest.mark.skipif(not REFERENCE.exists(), reason="no copy of the reference beside the project")
def test_the_ids_are_those_of_the_reference() -> None:
    known = references()
    needed = {(name, o.identity) for o in CATALOGUE.values() for name in o.permissions}
    ours = {key: permission(*key).id for key in needed}
    assert {key: id for key, id in ours.items() if key in known} == {
        key: id for key, id in known.items() if key in ours
    }
    assert {name for name, _ in needed - known.keys()} == ELSEWHERE
