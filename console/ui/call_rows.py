"""The rows of the left column: which section a call belongs to, in which order, and what its row says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from console.domain.calls import Call, Direction, Happening, Situation
from console.domain.ids import CallId
from console.domain.people import IdentityKind, Operator
from console.domain.text import Text
from console.domain.world import World
from console.ui.call_words import ended_phrase, parked_text, situation_phrase
from console.ui.labels import one_line
from console.ui.language import listed, say, tr
from console.ui.numbers import picture_name, shown_name
from console.ui.times import spoken_time, time_of_day


class Section(StrEnum):
    """The groups of the column, from the most urgent to the oldest."""

    RINGING = "ringing"
    WAITING = "waiting"
    MINE = "mine"
    OTHERS = "others"
    HANDLED = "handled"

    @property
    def heading(self) -> str:
        return say(_HEADINGS[self])


_HEADINGS = {
    Section.RINGING: Text("Ringing"),
    Section.WAITING: Text("Waiting"),
    Section.MINE: Text("Mine"),
    Section.OTHERS: Text("With colleagues"),
    Section.HANDLED: Text("Handled today"),
}

COLLAPSIBLE = frozenset({Section.OTHERS, Section.HANDLED})


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call in the column. `since` starts its running clock; `at` stands still for handled calls.

    `picture` is what the initials are taken from and `avatar` what gives them their colour. `detail` is the
    second line in the colour role `tone`, after the icon `icon`.
    """

    id: CallId
    section: Section
    order: float
    name: str
    picture: str
    avatar: str
    detail: str
    icon: str = ""
    tone: str = "text_muted"
    since: float | None = None
    at: str = ""
    verified: bool = True

    @property
    def key(self) -> str:
        return self.id

    def spoken(self, now: float) -> str:
        """The row for a screen reader."""
        clock = spoken_time(now - self.since) if self.since is not None else self.at
        if self.section is Section.WAITING and self.since is not None:
            clock = tr("waiting {time}", time=clock)
        return listed(self.name, clock, self.detail, "" if self.verified else tr("number not verified"))


@dataclass(frozen=True, slots=True)
class Heading:
    """The line above a section; `open` is None for sections that cannot be folded."""

    section: Section
    count: int
    open: bool | None = None

    @property
    def key(self) -> str:
        return f"heading:{self.section}"

    def spoken(self, now: float) -> str:
        state = "" if self.open is None else tr("open") if self.open else tr("closed")
        return listed(self.section.heading, str(self.count), state)


@dataclass(frozen=True, slots=True)
class Room:
    """Empty room of `height` pixels, so that a row under the pointer can stay where it is."""

    key: str
    height: int

    def spoken(self, now: float) -> str:
        return ""


Line = CallRow | Heading | Room


def section_of(call: Call, me: Operator | None) -> Section:
    """The section of `call` as `me` sees it. A caller who is alone is never filed with colleagues."""
    if not call.live:
        return Section.HANDLED
    situation = call.situation
    if situation is Situation.RINGING:
        return Section.RINGING
    if call.claim and me and call.claim.operator.id == me.id:
        return Section.MINE
    if situation is Situation.WAITING or call.parked:
        return Section.WAITING
    if situation is Situation.CONNECTING and not call.claim and call.direction is not Direction.OUTGOING:
        return Section.WAITING
    return Section.OTHERS


def verified(call: Call) -> bool:
    """False for calls from the telephone network: anybody can set the number that they show."""
    return call.caller.kind is not IdentityKind.PHONE


def line_text(call: Call) -> str:
    """For whom they rang and on which line: "For Tom Reed · Sales line"."""
    line = call.line.name if call.line and call.line.name and call.direction is Direction.INCOMING else ""
    meant = call.forwarded_from
    wanted = tr("For {who}", who=one_line(say(meant.label))) if meant else ""
    return " · ".join(part for part in (wanted, line) if part)


def return_reason(call: Call) -> str:
    """Why a waiting caller is back in the queue: "Tom Reed did not pick up", or an empty string."""
    for moment in reversed(call.history):
        match moment.what:
            case Happening.NOT_JOINED:
                return tr("{who} did not pick up", who=moment.who or Text("Somebody"))
            case Happening.TRANSFER_FAILED if moment.result:
                return tr("Came back: {why}", why=moment.result.sentence)
            case Happening.TRANSFER_FAILED:
                return tr("The transfer came back")
            case Happening.JOINED | Happening.PARKED | Happening.CLAIMED | Happening.ANSWERED:
                return ""
    return ""


def row_of(call: Call, me: Operator | None) -> CallRow:
    """The row of one call."""
    section = section_of(call, me)
    name, picture, avatar = shown_name(call.caller), picture_name(call.caller), call.caller.id or call.id
    order, since, at = call.waiting_since, call.waiting_since, ""
    detail, icon, tone = _detail(call, section, me)
    if section is Section.HANDLED:
        ended = call.ended_at or call.first_seen
        at = time_of_day(ended)
        return CallRow(
            call.id, section, -ended, name, picture, avatar, detail, icon, tone, None, at, verified(call)
        )
    if section in (Section.MINE, Section.OTHERS) and call.situation is not Situation.WAITING:
        since = call.established_at or call.first_seen
    return CallRow(
        call.id, section, order, name, picture, avatar, detail, icon, tone, since, at, verified(call)
    )


def _detail(call: Call, section: Section, me: Operator | None) -> tuple[str, str, str]:
    """The second line of a row, its icon and its colour role."""
    if section is Section.HANDLED:
        phrase = ended_phrase(call)
        came = "arrow-up-right" if call.direction is Direction.OUTGOING else "arrow-down-left"
        return phrase.text, came, phrase.role if phrase.role == "danger" else "text_muted"
    if section is Section.WAITING or (section is Section.MINE and call.situation is Situation.WAITING):
        return _waiting_detail(call, section)
    phrase = situation_phrase(call)
    others = [p.identity for p in call.people if p is not call.caller_participant and not p.in_lobby]
    names = [tr("you") if me and who.id == me.id else one_line(say(who.label)) for who in others[:2]]
    claimed = call.claim.operator.name if call.claim and section is Section.OTHERS else ""
    with_whom = tr("{one} and {other}", one=names[0], other=names[1]) if names[1:] else "".join(names)
    text, whom = phrase.text, with_whom or claimed
    if names == [tr("you")] and call.situation is Situation.TALKING:
        text = tr("Talking with you")
    elif whom and call.situation is Situation.TALKING:
        text = tr("Talking with {who}", who=whom)
    elif whom and section is Section.OTHERS:
        text = f"{phrase.text} · {whom}"
    return text, phrase.icon, phrase.role


def _waiting_detail(call: Call, section: Section) -> tuple[str, str, str]:
    if call.claim and section is Section.WAITING:
        return tr("{who} is acting on it", who=call.claim.operator.name), "user", "text_muted"
    if call.parked:
        return parked_text(call.parked), "park", "text_muted"
    if reason := return_reason(call):
        return reason, "undo", "danger"
    if call.pending:
        return tr("Ringing {who}…", who=call.pending[-1].identity.label), "phone", "text_muted"
    where = line_text(call) or situation_phrase(call).text
    if call.rescued_at is not None and all(m.what is not Happening.CLAIMED for m in call.history):
        return f"{tr('Greeted, nobody was free')} · {where}", "bell", "warning"
    return where, "", "text_muted"


@dataclass(frozen=True, slots=True)
class Queue:
    """Who needs somebody: how many ring, how many are there in all, and since when the first of them is."""

    ringing: int = 0
    all: int = 0
    since: float | None = None


def queue_of(sections: Mapping[Section, Sequence[CallRow]]) -> Queue:
    """Count the callers that nobody talks with."""
    rows = [*sections[Section.RINGING], *sections[Section.WAITING]]
    since = min((row.since for row in rows if row.since is not None), default=None)
    return Queue(len(sections[Section.RINGING]), len(rows), since)


class Column:
    """Turns worlds into the lines of the column. Rows of calls that did not change are kept, not remade."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._made: dict[CallId, tuple[Call, Operator | None, CallRow]] = {}
        self._for: tuple[Operator | None, float] = (None, 0.0)

    def stale(self, me: Operator | None, now: float) -> bool:
        """True when another operator signed in or a new day began since the sections were made."""
        return self._for != (me, _midnight(now))

    def sections(self, world: World, me: Operator | None) -> Mapping[Section, Sequence[CallRow]]:
        """Every section's rows in the order in which they should stand."""
        found: dict[Section, list[CallRow]] = {section: [] for section in Section}
        made: dict[CallId, tuple[Call, Operator | None, CallRow]] = {}
        midnight = _midnight(self._now())
        self._for = (me, midnight)
        for call in world.calls.values():
            if not call.identified:
                continue
            known = self._made.get(call.id)
            if known is None or known[0] is not call or known[1] != me:
                known = (call, me, row_of(call, me))
            made[call.id] = known
            row = known[2]
            if row.section is not Section.HANDLED or -row.order >= midnight:
                found[row.section].append(row)
        self._made = made
        for rows in found.values():
            rows.sort(key=lambda row: (row.order, row.id))
        return found


def lines(
    sections: Mapping[Section, Sequence[CallRow]], closed: Iterable[Section], above: int = 0, below: int = 0
) -> list[Line]:
    """The list below the ringing cards: headings and rows, with room above and below when asked for."""
    shut = frozenset(closed)
    made: list[Line] = [Room("room:above", above)] if above else []
    for section in (Section.WAITING, Section.MINE, Section.OTHERS, Section.HANDLED):
        rows = sections[section]
        if not rows and section is not Section.WAITING:
            continue
        is_open = section not in shut if section in COLLAPSIBLE else None
        made.append(Heading(section, len(rows), is_open))
        if is_open is not False:
            made.extend(rows)
    if below:
        made.append(Room("room:below", below))
    return made


def _midnight(now: float) -> float:
    """UTC seconds of the last midnight on this desk's wall."""
    here = datetime.fromtimestamp(now, tz=UTC).astimezone()
    return here.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
