"""Says in words where the simulator's own exchanges differ in shape from recorded ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from console.simulator.recording.exchanges import NOTHING, Binary, Exchange, Message, read
from console.simulator.recording.shapes import Shape, differences
from console.simulator.recording.telling import kind_of

_HERE = Path(__file__).parent
PLACES = (_HERE / "own", _HERE.parents[2] / "tests/exchanges")
"""Where the simulator's own exchanges are: in an installed package, and in a source tree."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """`differing`: sentences for each exchange that differs. `lonely`: recorded, but not the simulator's."""

    agreeing: tuple[str, ...]
    differing: dict[str, tuple[str, ...]]
    lonely: tuple[str, ...]
    unseen: tuple[str, ...]
    """The simulator's, but not recorded."""

    def report(self) -> Iterator[str]:
        """What a person reads, line by line."""
        for name, sentences in self.differing.items():
            yield name
            yield from (f"  {sentence}" for sentence in sentences)
        for name in self.lonely:
            yield f"{name}\n  The simulator has no such exchange to compare with."
        if self.unseen:
            yield f"not recorded: {', '.join(self.unseen)}"
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
        yield from (f"answer: {said}" for said in _bodies([theirs.answer], [ours.answer]))
    there, here = _told(theirs), _told(ours)
    for kind in sorted(there.keys() | here.keys()):
        if kind not in here:
            yield f"Graph tells {kind}, the simulator does not."
        elif kind not in there:
            yield f"The simulator tells {kind}, Graph does not."
        else:
            yield from (f"{kind}: {said}" for said in _bodies(there[kind], here[kind]))


_TURNED = ("The simulator", "Graph")


def _headers(message: Message) -> set[str]:
    return {name for name, _ in message.headers}


def _told(exchange: Exchange) -> dict[str, list[Message]]:
    found: dict[str, list[Message]] = {}
    for message in exchange.told:
        found.setdefault(kind_of(message.body), []).append(message)
    return found


def _bodies(theirs: list[Message], ours: list[Message]) -> Iterator[str]:
    """Where the shapes of all `theirs` together and all `ours` together differ."""
    there, here = _kinds(theirs), _kinds(ours)
    if there != here:
        graphs, own = " or ".join(sorted(there)), " or ".join(sorted(here))
        yield f"The body is {graphs} in Graph, {own} in the simulator."
        return
    yield from differences(_shape(theirs), _shape(ours))


def _kinds(messages: list[Message]) -> set[str]:
    return {
        "empty" if m.body is NOTHING else m.body.kind if isinstance(m.body, Binary) else "JSON"
        for m in messages
    }


def _shape(messages: list[Message]) -> Shape:
    shape = Shape()
    for message in messages:
        if message.body is not NOTHING and not isinstance(message.body, Binary):
            shape.see(message.body)
    return shape
