"""Says in words where the simulator's own exchanges differ in shape from recorded ones."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from console.simulator.recording.exchanges import NOTHING, Binary, Exchange, Message, read
from console.simulator.recording.shapes import Shape, differences
from console.simulator.recording.telling import kind_of

_HERE = Path(__file__).parent
PLACES = (_HERE.parents[2] / "tests/exchanges", _HERE / "own")
"""Where the simulator's own exchanges are: in a source tree, and in an installed package."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """`differing`: sentences for each exchange that differs. `lonely`: recorded, but not the simulator's.

    `news`: what notifications were told in Graph that the simulator's never tell. They are compared all
    together, since what is told after a request depends on what else happens.
    """

    agreeing: tuple[str, ...]
    differing: dict[str, tuple[str, ...]]
    news: tuple[str, ...]
    lonely: tuple[str, ...]
    unseen: tuple[str, ...]
    """The simulator's, but not recorded."""

    def report(self) -> Iterator[str]:
        """What a person reads, line by line."""
        for name, sentences in self.differing.items():
            yield name
            yield from (f"  {sentence}" for sentence in sentences)
        if self.news:
            yield "notifications"
            yield from (f"  {sentence}" for sentence in self.news)
        for name in self.lonely:
            yield f"{name}\n  The simulator has no such exchange to compare with."
        if self.unseen:
            yield textwrap.fill(f"not recorded: {', '.join(self.unseen)}", 100, subsequent_indent="  ")
        counts = (len(self.agreeing), len(self.differing), len(self.lonely))
        yield "{} agree, {} differ, {} have no counterpart".format(*counts)


def own_exchanges() -> Path | None:
    """The folder of the simulator's own exchanges, None when this installation has none."""
    return next((place for place in PLACES if place.is_dir()), None)


def compare(recorded: Path, own: Path) -> Comparison:
    """Compare every exchange in `recorded` with the one of that name in `own`.

    Raises ValueError, naming the file, for one that cannot be read.
    """
    theirs, ours = _load(recorded), _load(own)
    found = {
        name: tuple(_differences(theirs[name], ours[name])) for name in sorted(theirs.keys() & ours.keys())
    }
    return Comparison(
        agreeing=tuple(name for name, sentences in found.items() if not sentences),
        differing={name: sentences for name, sentences in found.items() if sentences},
        news=tuple(_news(theirs.values(), ours.values())),
        lonely=tuple(sorted(theirs.keys() - ours.keys())),
        unseen=tuple(sorted(ours.keys() - theirs.keys())),
    )


def _load(folder: Path) -> dict[str, Exchange]:
    found = {}
    for file in sorted(folder.rglob("*.http")):
        try:
            found[file.relative_to(folder).with_suffix("").as_posix()] = read(file.read_text("utf-8"))
        except ValueError as wrong:
            raise ValueError(f"{file}: {wrong}") from wrong
    return found


def _differences(theirs: Exchange, ours: Exchange) -> Iterator[str]:
    if theirs.answer is not None and ours.answer is not None:
        if theirs.answer.status != ours.answer.status:
            yield f"Graph answers {theirs.answer.start}, the simulator {ours.answer.start}."
        for name in sorted(_headers(theirs.answer) ^ _headers(ours.answer)):
            has, lacks = ("Graph", "the simulator") if name in _headers(theirs.answer) else _TURNED
            yield f"{has} sends the header {name}, {lacks} does not."
        yield from (f"answer: {said}" for said in _bodies(theirs.answer, ours.answer))
    if theirs.request is not None:
        there, here = _told([theirs]), _told([ours])
        yield from (
            f"Graph tells {kind}, the simulator does not." for kind in sorted(there.keys() - here.keys())
        )
        yield from (
            f"The simulator tells {kind}, Graph does not." for kind in sorted(here.keys() - there.keys())
        )


def _news(theirs: Iterable[Exchange], ours: Iterable[Exchange]) -> Iterator[str]:
    there, here = _told(theirs), _told(ours)
    for kind in sorted(there):
        if kind not in here:
            yield f"Graph tells {kind}, the simulator never does."
        else:
            more = differences(_shape(there[kind]), _shape(here[kind]), only_more=True)
            yield from (f"{kind}: {said}" for said in more)


_TURNED = ("The simulator", "Graph")


def _headers(message: Message) -> set[str]:
    return {name for name, _ in message.headers}


def _told(exchanges: Iterable[Exchange]) -> dict[str, list[Message]]:
    """All notifications by their kind."""
    found: dict[str, list[Message]] = {}
    for message in (message for exchange in exchanges for message in exchange.told):
        found.setdefault(kind_of(message.body).partition("/")[2], []).append(message)
    return found


def _bodies(theirs: Message, ours: Message) -> Iterator[str]:
    there, here = _kind(theirs), _kind(ours)
    if there != here:
        yield f"The body is {there} in Graph, {here} in the simulator."
    else:
        yield from differences(_shape([theirs]), _shape([ours]))


def _kind(message: Message) -> str:
    if message.body is NOTHING:
        return "empty"
    return message.body.kind if isinstance(message.body, Binary) else "JSON"


def _shape(messages: list[Message]) -> Shape:
    shape = Shape()
    for message in messages:
        if _kind(message) == "JSON":
            shape.see(message.body)
    return shape
