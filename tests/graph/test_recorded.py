"""`graph-simulator record` in front of our own simulator, as if that were a tenant.

Every test of this folder that has an exchange is run once more through the recorder. What it writes holds
nothing of the run, and has the shape of what the test itself keeps.
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

from console.simulator.entra.keys import SigningKey
from console.simulator.recording.comparing import compare
from console.simulator.recording.vocabulary import ENUMS, WORD
from console.simulator.tap import Asked, Told
from tests.graph.conftest import KEPT
from tests.graph.stand import ME, Stand, standing

HERE = Path(__file__).parent
Run = Callable[[Stand], Awaitable[None]]


def runs() -> Iterator[tuple[list[tuple[str, tuple[str, ...]]], Run]]:
    """Each test of this folder that names exchanges, with those and their rows."""
    for file in sorted(HERE.glob("test_*.py")):
        module = importlib.import_module(f"tests.graph.{file.stem}")
        for name, function in vars(module).items():
            marks = getattr(function, "pytestmark", [])
            own = [(m.args[0], m.args[1:]) for m in marks if m.name == "exchange"]
            if not name.startswith("test_"):
                continue
            if own:
                yield own, function
            for mark in marks:
                if mark.name == "parametrize":
                    yield from _parametrized(mark.args[0], mark.args[1], function)


def _parametrized(argument: str, values: Any, function: Any) -> Iterator[tuple[Any, Run]]:
    for value in values:
        marked = [m for m in getattr(value, "marks", ()) if m.name == "exchange"]
        if marked:
            run = lambda stand, given=value.values[0]: function(stand, **{argument: given})  # noqa: E731
            yield [(m.args[0], m.args[1:]) for m in marked], run


class Seen:
    """Everything said in the runs that could name somebody: what must not be written."""

    def __init__(self) -> None:
        self.private: set[str] = set()

    def __call__(self, seen: Asked | Told) -> None:
        self._look("", seen.body)
        if isinstance(seen, Asked):
            self._look("", seen.answer)

    def _look(self, name: str, value: Any) -> None:
        match value:
            case dict():
                for key, entry in value.items():
                    self._look(key, entry)
            case list():
                for entry in value:
                    self._look(name, entry)
            case str() if len(value) > 3 and name != "@odata.type" and not _is_word(name, value):
                self.private |= {value, json.dumps(value)[1:-1]}


def _is_word(name: str, value: str) -> bool:
    return name in ENUMS and all(WORD.fullmatch(word) for word in value.split(","))


PUBLIC = {
    "application/json",
    "image/png",
    "/communications/callRecords",
    "/communications/getPresencesByUserId",
    "PT60M",
    "PT480M",
    "00000000",  # a day without meetings; it is in every invented id as well
}
"""Texts of the runs that name nobody."""


async def test_what_is_recorded_names_nobody_and_has_the_shape_of_ours(
    hook: Any, state: Path, key: SigningKey, tmp_path: Path
) -> None:
    seen, tokens = Seen(), set()
    whole = tmp_path / "recorded"
    for number, (exchanges, run) in enumerate(runs()):
        into = tmp_path / str(number)
        hook.posts.clear()
        hook.gives_token_back, hook.handshakes = True, 0
        async with standing(state, hook, key, into=into, observer=seen) as stand:
            for _, rows in exchanges:
                stand.allow(*rows)
            await run(stand)
            tokens |= {stand.signed}
            addresses = {stand.running.base_url, hook.url}
            people = {u.display_name for u in stand.running.directory.users}
        for file in into.rglob("*.http"):
            assert no_trace(file.read_text("utf-8"), seen.private | tokens | addresses | people | {ME}) == []
        for name, _ in exchanges:
            file = into / f"{name}.http"
            if file.exists():
                (whole / file.relative_to(into)).parent.mkdir(parents=True, exist_ok=True)
                file.rename(whole / file.relative_to(into))
    found = compare(whole, KEPT)
    assert found.differing == {}, "\n".join(found.report())
    assert (found.news, found.lonely, found.unseen) == ((), (), ())
    assert len(found.agreeing) > 90
    assert len(seen.private) > 300


def no_trace(text: str, private: set[str]) -> list[str]:
    """Which of the `private` texts are in `text`, as words of their own: an office may be called Lobby."""
    suspects = [found for found in private - PUBLIC if found and found in text]
    return [s for s in suspects if re.search(rf"(?<!\w){re.escape(s)}(?!\w)", text)]
