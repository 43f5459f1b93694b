"""Pages that programs print and keep: sections of tables, as text, as Markdown or as JSON.

A row reads down in a terminal, where it would be too wide, and across in Markdown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from textwrap import fill

import msgspec

WIDTH = 96
"""Columns of a terminal that a line of text may fill."""


class Format(StrEnum):
    """How a page is written."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


Cell = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A title, what to know about it, and a table, whose first column names each row."""

    title: str
    notes: tuple[str, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """`renewed_by` is the command line that writes the page anew; Markdown says so at the top."""

    title: str
    notes: tuple[str, ...]
    sections: tuple[Section, ...]
    renewed_by: str = ""


def written(page: Page, format: Format) -> str:
    """Return `page` as one text that ends with a line feed."""
    match format:
        case Format.TEXT:
            return "\n".join(_text(page)) + "\n"
        case Format.MARKDOWN:
            return "\n".join(_markdown(page)) + "\n"
        case Format.JSON:
            plain = {
                "title": page.title,
                "notes": page.notes,
                "sections": [
                    {
                        "title": section.title,
                        "notes": section.notes,
                        "rows": [dict(zip(section.heads, row, strict=True)) for row in section.rows],
                    }
                    for section in page.sections
                ],
            }
            return msgspec.json.format(msgspec.json.encode(plain), indent=2).decode() + "\n"


def _text(page: Page) -> Iterator[str]:
    yield from (page.title, "=" * len(page.title), "")
    yield from (fill(note, WIDTH) for note in page.notes)
    for section in page.sections:
        yield from ("", section.title, "-" * len(section.title))
        yield from (fill(note, WIDTH) for note in section.notes)
        for first, *rest in section.rows:
            yield from ("", f"  {_one_line(first)}")
            for head, cell in zip(section.heads[1:], rest, strict=True):
                if cell:
                    label = f"      {head}: "
                    yield fill(_one_line(cell), WIDTH, initial_indent=label, subsequent_indent=" " * 8)


def _markdown(page: Page) -> Iterator[str]:
    yield f"# {page.title}"
    if page.renewed_by:
        yield from ("", f"<!-- Generated; renew with: {page.renewed_by} -->")
    for note in page.notes:
        yield from ("", note)
    for section in page.sections:
        yield from ("", f"## {section.title}")
        for note in section.notes:
            yield from ("", note)
        if section.rows:
            yield from ("", _across(section.heads), _across(("---",) * len(section.heads)))
            yield from (_across(row) for row in section.rows)


def _across(cells: tuple[Cell, ...]) -> str:
    return "| " + " | ".join(_one_line(cell).replace("|", "\\|") for cell in cells) + " |"


def _one_line(cell: Cell) -> str:
    return cell if isinstance(cell, str) else ", ".join(cell)
