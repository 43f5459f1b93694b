"""Every exception from Microsoft's types has a reason and is still one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.simulator.tap import Asked
from tests.contract.described import DESCRIBED, DESCRIBED_ENUMS
from tests.contract.exceptions import ENUMS, EXTRAS, GAPS, NARROWER, NULLS, RELAYS
from tests.contract.exchanges import Exchanges
from tests.contract.microsoft import ABSENT, GRAPH, SCHEMA, Types, Voice

pytestmark = pytest.mark.skipif(not SCHEMA.exists(), reason=ABSENT)
REFERENCE = SCHEMA.with_name("REFERENCE.md")


@pytest.fixture(scope="module")
def types() -> Types:
    return Types()


def test_every_reason_names_a_section_of_the_reference() -> None:
    reasons = [
        *(entry.reason for table in (EXTRAS, NARROWER, ENUMS) for entry in table.values()),
        *(reason for table in (NULLS, GAPS) for reason in table.values()),
        *(entry["reason"] for entry in DESCRIBED.values()),
    ]
    headings = [line for line in REFERENCE.read_text("utf-8").splitlines() if line.startswith("#")]
    numbers = {word.strip(".") for line in headings for word in line.split()[1:2]}
    sections = {reason.split()[0].rstrip(":,;").removeprefix("§") for reason in reasons}
    assert sections <= numbers


def test_no_exception_has_become_microsofts_own(types: Types) -> None:
    assert not DESCRIBED.keys() & types.stored.keys()
    for type, key in EXTRAS:
        assert key not in types.properties(type, navigation=True), f"{type}.{key} is in the schema"


def test_no_exception_is_from_what_microsoft_does_not_demand(types: Types) -> None:
    for type, key in [*NULLS, *GAPS, *RELAYS]:
        assert types.properties(type)[key].endswith("!"), f"{type}.{key} may be null anyway"
    for type, key in NARROWER:
        assert key in types.properties(type)


def test_what_is_described_is_complete(types: Types) -> None:
    """Every type and enum that is mentioned is known, so that no comparison ends in a KeyError."""
    for name in [*DESCRIBED, *(type for type, _ in EXTRAS)]:
        probe = dict.fromkeys(types.properties(name), "probe")
        types.problems(probe, name, "$", GRAPH)
    mentioned = " ".join(t for entry in DESCRIBED.values() for t in entry["properties"].values())
    assert [name for name in DESCRIBED_ENUMS if name not in mentioned] == []


@pytest.mark.parametrize(
    ("fault", "right", "value", "declared"),
    [
        ("pascal_case", "established", "Established", "graph.callState"),
        ("string_codes", 200, "200", "Edm.Int32"),
    ],
)
def test_another_spelling_is_allowed_while_its_fault_is_on(
    types: Types, fault: str, right: object, value: object, declared: str
) -> None:
    on = Voice(faults=frozenset({fault}))
    assert types.problems(right, declared, "$") == types.problems(value, declared, "$", on) == []
    assert types.problems(value, declared, "$") != []
    assert types.problems("nonsense", declared, "$", on) != []


ODD = (
    {"error": {"code": "x", "message": "y", "innererror": {"date": "z"}}},
    {"error": {"code": "x", "message": "y", "innerError": {"requestId": "z"}}},
    {"error": {"code": "x", "message": "y", "innerError": {"code": "x", "innerError": {}}}},
    {"code": "x", "message": "y"},
    {"errorCode": "7503", "message": "y", "instanceAnnotations": []},
)


def test_another_envelope_is_allowed_while_its_fault_is_on(types: Types) -> None:
    exchanges = Exchanges(types)
    for answer in ODD:
        seen = Asked("GET", "/v1.0/me", "", "users.me", None, 403, answer)
        assert exchanges.problems(seen) != [], answer
        assert exchanges.problems(replace(seen, faults=("odd_errors",))) == [], answer
