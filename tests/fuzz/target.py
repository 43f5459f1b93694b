"""What must hold for any bytes that reach the relay as a notification or as an operator's body."""

from __future__ import annotations

import json
import re
from typing import Any

from console.domain.events import Event, NotUnderstood
from console.domain.reduce import reduce
from console.domain.world import World
from console.relay import bodies
from console.relay.answers import BadRequest
from console.wire.documented import read_documented
from console.wire.envelope import read_event, read_world, write_event, write_world
from console.wire.notifications import LooseItem, read_body, read_item, without_media
from console.wire.records import read_record
from console.wire.strict import DEEPEST, Malformed, parse
from console.wire.values import LONGEST_TEXT

_CALL = re.compile(r"[0-9a-z-]{8,64}")
_NEVER = ("toneinfo", "recordinglocation", "recordingaccesstoken", "token")


def examine(raw: bytes) -> int:
    """Read `raw` in every way that the relay does, and return how many facts there were in it.

    Raises AssertionError, or whatever the reading raises that it must not.
    """
    bodies.named_in(raw)
    for kind in bodies.TAKES.values():
        _operate(raw, kind)
    try:
        value = parse(raw)
    except Malformed as malformed:
        assert len(str(malformed)) < 40
        assert not _is_read(raw) and read_documented(raw) is None
        return 0
    assert value == json.loads(raw, object_pairs_hook=_once) and _depth(value) <= DEEPEST
    read_record(value)
    _agree(raw)
    return sum(_tell(item) for item in (_is_read(raw) or []))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len(dict(pairs)) == len(pairs), "a member that stands twice was taken"
    return dict(pairs)


def _is_read(raw: bytes) -> list[Any] | None:
    try:
        return read_body(raw)
    except Malformed:
        return None


def _agree(raw: bytes) -> None:
    """The quick reading of a notification says nothing that the careful one does not say."""
    quick = read_documented(raw)
    if quick is None:
        return
    careful = [LooseItem(without_media(item)) for item in _is_read(raw) or []]
    assert len(quick) == len(careful)
    for one, other in zip(quick, careful, strict=True):
        assert (one.about, one.begins, one.tenant) == (other.about, other.begins, other.tenant)
        assert one.facts(key="key", at=1.0) == other.facts(key="key", at=1.0)


def _operate(raw: bytes, kind: type[Any]) -> None:
    try:
        body = bodies.read(raw, kind)
        for target in getattr(body, "targets", None) or getattr(body, "participants", None) or []:
            identity = target.identity.read()
            assert len(identity.id) <= 256 and "/" not in identity.id
    except BadRequest:
        return
    for prompt in getattr(body, "prompts", []):
        assert "/" not in prompt.name


def _tell(item: Any) -> int:
    clean = without_media(item)
    assert not _NEVER_IN.search(json.dumps(clean))
    facts = read_item(clean, key="key", at=1.0)
    assert facts or "contentsharingsessions" in str(item).casefold()
    world = World()
    for fact in facts:
        _keep(fact)
        told = reduce(world, fact)
        if not isinstance(fact, NotUnderstood):
            assert reduce(told, fact) == told, "told twice is told once"
        world = told
    assert read_world(write_world(world)) == world
    for call in world.calls.values():
        # What a console shows is derived, and must be derivable from anything.
        _ = call.state, call.situation, call.people, call.pending, call.caller, call.line, call.onward
    return len(facts)


def _keep(fact: Event) -> None:
    data = write_event(fact)
    assert b"\n" not in data and read_event(data) == fact
    if not isinstance(fact, NotUnderstood):
        assert _CALL.fullmatch(fact.call), "Graph could be asked for this"
    for text in _texts(json.loads(data)):
        assert len(text) <= LONGEST_TEXT and not _UNSEEN.search(text)


_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_NEVER_IN = re.compile("|".join(rf'"{name}"\s*:' for name in _NEVER), re.IGNORECASE)


def _texts(value: Any) -> list[str]:
    match value:
        case str():
            return [value]
        case list():
            return [text for one in value for text in _texts(one)]
        case dict():
            return [text for one in value.values() for text in _texts(one)]
    return []


def _depth(value: Any) -> int:
    match value:
        case dict():
            return 1 + max((_depth(one) for one in value.values()), default=0)
        case list():
            return 1 + max((_depth(one) for one in value), default=0)
    return 0
