"""The use of Microsoft's limits in words and colours: what is near its limit, and what was slowed down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from console.domain.budget import MEETINGS_A_MONTH, SLOWED_WINDOW, Usage, Use
from console.domain.text import Text, counted, sentences
from console.ui.language import say, tr

NEAR = 0.7
"""The part of a window's limit from which on it is called near."""
MEETINGS_NEAR = 0.9
"""The same for a month's limit: it does not fall again in seconds, so a warning must not last for weeks."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something to know about a limit: `short` for the status line, `text` in full. `role`: its colour."""

    role: str
    short: str
    text: str


@dataclass(frozen=True, slots=True)
class Gauge:
    """One limit as a line with a meter: `share` is 0 to 1, or more when it is passed. `role`: its colour."""

    name: str
    text: str
    share: float
    role: str


def alarms(usage: Usage) -> tuple[Alarm, ...]:
    """What an operator should know, the worst first; nothing while all is well."""
    found = (_slowed(usage), _nearest(usage), _meetings(usage.meetings))
    return tuple(sorted((a for a in found if a), key=lambda alarm: alarm.role != "danger"))


def gauges(uses: Iterable[Use], *always: str) -> tuple[Gauge, ...]:
    """The limits that are used, and those named in `always`."""
    return tuple(
        Gauge(
            limit_name(use.limit),
            tr("{used} of {most} in {seconds} s", used=_n(use.used), most=_n(use.most), seconds=use.window),
            use.share,
            "danger" if use.slowed else "warning" if use.share >= NEAR else "accent",
        )
        for use in uses
        if use.used or use.slowed or use.limit in always
    )


def meetings_gauge(meetings: int) -> Gauge:
    """The operator's meetings of this month."""
    share = meetings / MEETINGS_A_MONTH
    role = "danger" if share >= 1 else "warning" if share >= MEETINGS_NEAR else "accent"
    text = tr("{used} of {most} this month", used=_n(meetings), most=_n(MEETINGS_A_MONTH))
    return Gauge(tr("Your meetings"), text, share, role)


def meetings_warning(meetings: int) -> str:
    """What the operator should know before making another meeting, or an empty string."""
    if meetings < MEETINGS_NEAR * MEETINGS_A_MONTH:
        return ""
    if meetings >= MEETINGS_A_MONTH:
        return tr(
            "You have made {used} meetings this month. Microsoft allows {most}: the next may be refused.",
            used=_n(meetings),
            most=_n(MEETINGS_A_MONTH),
        )
    return tr(
        "You have made {used} of the {most} meetings that Microsoft allows this month.",
        used=_n(meetings),
        most=_n(MEETINGS_A_MONTH),
    )


def slowed_words(usage: Usage) -> str:
    """How often Microsoft asked to slow down lately, in a sentence."""
    own, relay = _count(usage.own), _count(usage.relay)
    if not own and not relay:
        return tr("Microsoft has not asked to slow down in the last {count} minutes.", count=_minutes())
    return say(
        sentences(
            counted(
                own,
                "Microsoft asked this console to slow down once in the last {minutes} minutes.",
                "Microsoft asked this console to slow down {count} times in the last {minutes} minutes.",
                minutes=_minutes(),
            )
            if own
            else Text(""),
            counted(
                relay,
                "Microsoft asked the relay to slow down once in the last {minutes} minutes.",
                "Microsoft asked the relay to slow down {count} times in the last {minutes} minutes.",
                minutes=_minutes(),
            )
            if relay
            else Text(""),
        )
    )


def limit_name(limit: str) -> str:
    """What a limit is for, as a word; one that we do not know keeps its own."""
    match limit:
        case "calls":
            return tr("Calls")
        case "presence":
            return tr("Presence")
        case "records":
            return tr("Call records")
        case "everything":
            return tr("All requests")
    return limit


def _slowed(usage: Usage) -> Alarm | None:
    if not _count(usage.own) and not _count(usage.relay):
        return None
    return Alarm("danger", tr("Microsoft asks to slow down"), slowed_words(usage))


def _nearest(usage: Usage) -> Alarm | None:
    uses = [(use, True) for use in usage.own] + [(use, False) for use in usage.relay]
    use, own = max(uses, key=lambda found: found[0].share, default=(None, True))
    if use is None or use.share < NEAR:
        return None
    percent = f"{use.share:.0%}"
    amount = Text(
        "{limit}: {used} of {most} requests in {seconds} s.",
        limit=limit_name(use.limit),
        used=_n(use.used),
        most=_n(use.most),
        seconds=use.window,
    )
    who = (
        Text("This console uses {percent} of what Microsoft allows.", percent=percent)
        if own
        else Text("The relay uses {percent} of what Microsoft allows.", percent=percent)
    )
    text = say(sentences(who, amount))
    return Alarm("warning", tr("{percent} of a limit", percent=percent), text)


def _meetings(meetings: int) -> Alarm | None:
    text = meetings_warning(meetings)
    if not text:
        return None
    role = "danger" if meetings >= MEETINGS_A_MONTH else "warning"
    short = tr("{used} of {most} meetings", used=_n(meetings), most=_n(MEETINGS_A_MONTH))
    return Alarm(role, short, text)


def _count(uses: Iterable[Use]) -> int:
    return max((use.slowed for use in uses), default=0)


def _minutes() -> int:
    return SLOWED_WINDOW // 60


def _n(number: int) -> str:
    return f"{number:,}"
