"""Plain values as OData writes them in JSON, and what only looks like them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.contract.primitives import PRIMITIVES


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("Edm.String", ["", "x"], [1, None, ["x"]]),
        ("Edm.Boolean", [True, False], [0, 1, "true"]),
        ("Edm.Int32", [0, -(2**31), 2**31 - 1], [2**31, True, 1.0, "1"]),
        ("Edm.Int32 in quotes", [5, "5", "-5"], ["x", "2147483648", True, ""]),
        ("Edm.Int64", [2**63 - 1], [2**63, "1"]),
        ("Edm.Double", [1.5, 1], ["1.5", True]),
        ("Edm.Guid", ["3f0b8c3e-7a52-4a3b-9d5e-0a4f6f2b1c11"], ["3f0b8c3e7a524a3b9d5e0a4f6f2b1c11", "x"]),
        (
            "Edm.DateTimeOffset",
            ["2026-09-01T09:00:00Z", "2026-09-01T09:00:00.1234567Z", "2026-09-01T09:00+02:00"],
            ["2026-09-01T09:00:00", "2026-09-01", "2026-02-31T09:00:00Z", "2026-09-01 09:00:00Z", 0],
        ),
        ("Edm.Duration", ["PT5M", "P1DT2H", "PT0.5S", "-PT1H"], ["P", "PT", "1h", "P1M", "pt5m"]),
        ("Edm.TimeOfDay", ["08:00:00", "08:00:00.0000000"], ["8:00", "08:00"]),
        ("Edm.Stream", [b"png", "3 bytes"], ["png", None]),
    ],
)
def test_a_value_is_of_its_type_or_not(name: str, right: list[Any], wrong: list[Any]) -> None:
    check = PRIMITIVES[name]
    assert [value for value in right if check(value)] == []
    assert [value for value in wrong if not check(value)] == []
