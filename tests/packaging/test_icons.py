"""The icons are one family: same grid, same stroke, and drawn in the colour of the text beside them."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from console import resources

FAMILY = sorted(file for file in resources.path("icons").glob("*.svg") if file.stem != "operator-console")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("file", FAMILY, ids=lambda file: file.stem)
def test_an_icon_belongs_to_the_family(file: Path) -> None:
    root = ElementTree.fromstring(file.read_text(encoding="utf-8"))  # noqa: S314 - our own file
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox") == "0 0 24 24"
    assert root.get("fill") == "none"
    assert root.get("stroke") == "currentColor"
    assert root.get("stroke-width") == "1.75"
    for shape in root.iter():
        assert shape.get("fill", "none") in {"none", "currentColor"}
        assert shape.get("stroke", "none") in {"none", "currentColor"}


def test_the_application_has_its_own_icon() -> None:
    assert "linearGradient" in resources.read_text("icons/operator-console.svg")
