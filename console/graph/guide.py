"""The help pages about Microsoft Graph: every operation, and what administrators have to consent to."""

from __future__ import annotations

from collections.abc import Callable

from console.graph.catalogue import FEATURES
from console.graph.clouds import CLOUDS, GLOBAL, CloudProfile, clouds_of, refusal
from console.graph.consents import asked_for, consents, needed_by_every_desk
from console.graph.omissions import OMISSIONS
from console.graph.operations import Feature, Identity, Operation
from console.graph.pages import Cell, Page, Section

OPERATIONS, CONSENTS = "help/graph-operations.md", "help/graph-consents.md"
"""Where the pages are kept among the resources."""

_SENT = {
    Identity.OPERATOR: "Sent straight to Microsoft Graph with the token of the operator who is signed in.",
    Identity.BOT: "Sent by the relay with the bot's token; the console asks the relay.",
}
_EVERY_DESK, _WHEN_WANTED = "every desk", "when wanted"


def operations_page(cloud: CloudProfile | None = None) -> Page:
    """Return all operations by feature: those of `cloud`, or with the clouds that lack them."""
    shown = [(f, [o for o in f.operations if cloud is None or not refusal(cloud, o)]) for f in FEATURES]
    return Page(
        "What Operator Console asks of Microsoft Graph",
        (
            f"Cloud: {cloud.name}." if cloud else "All of Microsoft's clouds.",
            "Of the permissions of an operation any one is enough; the first is the least privileged.",
        ),
        (
            *(_operations(feature, operations, cloud) for feature, operations in shown if operations),
            *((_not_here(cloud),) if cloud and _gaps(cloud) else ()),
            _left_out(),
        ),
        f"python -m console operations --format markdown > resources/{OPERATIONS}",
    )


def consents_page(registrations: tuple[Identity, ...], cloud: CloudProfile = GLOBAL) -> Page:
    """Return what the app registrations need in `cloud`: by permission, and by feature."""
    return Page(
        "What administrators consent to",
        (
            f"Cloud: {cloud.name}.",
            "Permissions of Microsoft Graph, as few and as little privileged as the features allow. "
            "What every desk needs comes first; the rest only when its feature is wanted.",
        ),
        tuple(
            section
            for whose in registrations
            for section in (_by_permission(whose, cloud), _by_feature(whose, cloud))
            if section.rows or section.notes
        ),
        f"python -m console consents --format markdown > resources/{CONSENTS}",
    )


def _operations(feature: Feature, operations: list[Operation], cloud: CloudProfile | None) -> Section:
    columns: dict[str, Callable[[Operation], Cell]] = {
        "Operation": lambda o: o.name,
        "What it does": lambda o: o.sentence,
        "Request": lambda o: f"{o.method} {o.path}",
        "Permissions": lambda o: o.permissions or "none",
        "Success": lambda o: tuple(str(status) for status in o.success),
        "Confirmed by": lambda o: o.confirmed_by,
    }
    if feature.identity is Identity.BOT:
        columns["For operators"] = lambda o: f"No: {o.withheld}" if o.withheld else "yes"
    if cloud is None:
        columns["Clouds"] = _clouds
    return Section(
        feature.title,
        (feature.sentence, _SENT[feature.identity]),
        tuple(columns),
        tuple(tuple(cell(operation) for cell in columns.values()) for operation in operations),
    )


def _clouds(operation: Operation) -> Cell:
    found = clouds_of(operation)
    return "all" if len(found) == len(CLOUDS) else tuple(str(cloud.name) for cloud in found)


def _gaps(cloud: CloudProfile) -> list[tuple[Operation, str]]:
    found = ((o, refusal(cloud, o)) for feature in FEATURES for o in feature.operations)
    return [(operation, str(reason)) for operation, reason in found if reason]


def _not_here(cloud: CloudProfile) -> Section:
    return Section(
        "Not in this cloud",
        ("The console refuses these before anything is sent.",),
        ("Operation", "Reason"),
        tuple((operation.name, reason) for operation, reason in _gaps(cloud)),
    )


def _left_out() -> Section:
    return Section(
        "Left out",
        ("What Microsoft Graph has, or is said to have, and the console does not use.",),
        ("Request", "Reason"),
        tuple((o.request, o.reason) for o in OMISSIONS),
    )


_REGISTRATIONS = {
    Identity.OPERATOR: (
        "The console's app registration",
        "A public client with the redirect address http://localhost. Beside these it needs the relay's own "
        "permission access_as_operator.",
    ),
    Identity.BOT: (
        "The bot's app registration",
        "A calling bot with a certificate, whose credential only the relay holds. An administrator consents, "
        "and again whenever the list changes.",
    ),
}


def _by_permission(whose: Identity, cloud: CloudProfile) -> Section:
    title, note = _REGISTRATIONS[whose]
    listed = consents(whose, cloud)
    return Section(
        title,
        (note,) if listed else (note, "It needs nothing in this cloud: none of its features exist here."),
        ("Permission", "Kind", "Id", "Who consents", "Needed by", "Features"),
        tuple(
            (
                c.permission.name,
                c.permission.kind.value,
                c.permission.id or "look for it by its name",
                "an administrator" if c.permission.by_admin else "the operator, unless the tenant forbids it",
                _EVERY_DESK if c.basic else _WHEN_WANTED,
                tuple(feature.title for feature in c.features),
            )
            for c in listed
        ),
    )


def _by_feature(whose: Identity, cloud: CloudProfile) -> Section:
    basic = needed_by_every_desk(whose, cloud)
    mine = [f for f in FEATURES if f.identity is whose]
    here = [f for f in mine if any(not refusal(cloud, o) for o in f.operations)]
    return Section(
        f"{_REGISTRATIONS[whose][0]}, feature by feature",
        ("What a feature needs, or adds to what every desk has.",) if here else (),
        ("Feature", "What it is", "Part of", "Permissions"),
        tuple(
            (
                feature.title,
                feature.sentence,
                _EVERY_DESK if feature.basic else _WHEN_WANTED,
                asked_for(feature, () if feature.basic else basic, cloud) or "nothing more",
            )
            for feature in here
        ),
    )
