"""The printed pages: fresh where they are kept, the same facts in every format."""

from __future__ import annotations

import json

import pytest

from console import resources
from console.graph import guide
from console.graph.catalogue import CATALOGUE, FEATURES
from console.graph.clouds import CHINA, GCC_HIGH, GLOBAL
from console.graph.omissions import OMISSIONS
from console.graph.operations import Identity
from console.graph.pages import Format, Page, Section, written

BOTH = tuple(Identity)
SMALL = Page(
    "A page",
    ("A note.",),
    (Section("Things", (), ("Thing", "Parts", "Note"), (("one|two", ("a", "b"), ""),)),),
    "make it",
)


@pytest.mark.parametrize(
    ("name", "page"),
    [(guide.OPERATIONS, guide.operations_page()), (guide.CONSENTS, guide.consents_page(BOTH))],
)
def test_the_kept_pages_are_fresh(name: str, page: Page) -> None:
    assert resources.read_text(name) == written(page, Format.MARKDOWN), f"run: {page.renewed_by}"
    assert name in page.renewed_by


def test_a_page_in_a_terminal() -> None:
    assert written(SMALL, Format.TEXT) == (
        "A page\n======\n\nA note.\n\nThings\n------\n\n  one|two\n      Parts: a, b\n"
    )


def test_a_page_in_markdown() -> None:
    assert written(SMALL, Format.MARKDOWN) == (
        "# A page\n\n<!-- Generated; renew with: make it -->\n\nA note.\n\n## Things\n\n"
        "| Thing | Parts | Note |\n| --- | --- | --- |\n| one\\|two | a, b |  |\n"
    )


def test_a_page_as_json() -> None:
    read = json.loads(written(SMALL, Format.JSON))
    assert read["sections"][0]["rows"] == [{"Thing": "one|two", "Parts": ["a", "b"], "Note": ""}]


def test_every_operation_and_omission_is_on_the_page() -> None:
    page = guide.operations_page()
    first = [row[0] for section in page.sections for row in section.rows]
    assert sorted(map(str, first)) == sorted([*CATALOGUE, *(o.request for o in OMISSIONS)])
    lines = written(page, Format.TEXT).splitlines()
    assert all(len(line) <= 96 or " " not in line.strip() for line in lines)


def test_a_clouds_page_has_what_it_can_do_and_why_not_the_rest() -> None:
    page = guide.operations_page(CHINA)
    titles = [section.title for section in page.sections]
    assert "Colleagues" in titles and "Calls" not in titles
    lacking = next(section for section in page.sections if section.title == "Not in this cloud")
    assert ("call.answer", "Calls do not exist in this cloud (21Vianet).") in lacking.rows
    assert "Not in this cloud" not in [s.title for s in guide.operations_page(GLOBAL).sections]


def test_the_mapping_from_features_to_permissions_can_be_read() -> None:
    mapping = {
        str(row[0]): row[3]
        for section in guide.consents_page(BOTH).sections
        if section.heads[0] == "Feature"
        for row in section.rows
    }
    assert mapping.keys() == {feature.title for feature in FEATURES}
    assert mapping["The operator's own presence"] == ("Presence.ReadWrite",)
    assert mapping["Photos"] == "nothing more"
    assert mapping["People in a call"] == (
        "Calls.Initiate.All",
        "Calls.JoinGroupCall.All",
        "Calls.InitiateGroupCall.All",
    )


def test_without_calls_the_bot_needs_nothing() -> None:
    (section,) = guide.consents_page((Identity.BOT,), CHINA).sections
    assert section.rows == () and "nothing" in section.notes[-1]
    assert len(guide.consents_page((Identity.BOT,), GCC_HIGH).sections) == 2
