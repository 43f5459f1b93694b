"""Which permissions have to be consented to, for which features, worked out from the operations table.

The bot's registration gets application permissions from an administrator. The console's gets delegated ones:
those of the basic features at the first sign-in, those of another feature when that feature is wanted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from console.graph.catalogue import DESK, FEATURES
from console.graph.clouds import GLOBAL, CloudProfile, refusal
from console.graph.operations import Feature, Identity, Operation
from console.graph.permissions import Permission, permission


@dataclass(frozen=True, slots=True)
class Consent:
    """One permission and the features that need it; `basic` when one of them is part of every desk."""

    permission: Permission
    features: tuple[Feature, ...]
    basic: bool


def asked_at_sign_in(cloud: CloudProfile = GLOBAL) -> tuple[str, ...]:
    """Return the names of the delegated permissions that an operator is asked for from the start."""
    return needed_by_every_desk(Identity.OPERATOR, cloud)


def needed_by_every_desk(whose: Identity, cloud: CloudProfile = GLOBAL) -> tuple[str, ...]:
    """Return the names of the permissions that the registration of `whose` cannot do without in `cloud`."""
    return smallest(_there(DESK.values(), whose, cloud))


def asked_for(feature: Feature, held: Iterable[str], cloud: CloudProfile = GLOBAL) -> tuple[str, ...]:
    """Return what has still to be consented to for `feature` by who holds `held`; empty when nothing."""
    have = frozenset(held)
    usable = _there(feature.operations, feature.identity, cloud)
    return smallest(o for o in usable if have.isdisjoint(o.permissions))


def consents(whose: Identity, cloud: CloudProfile = GLOBAL) -> tuple[Consent, ...]:
    """Return what the registration of `whose` needs in `cloud`, the permissions of every desk first."""
    basic = needed_by_every_desk(whose, cloud)
    needed: dict[str, list[Feature]] = {name: [] for name in basic}
    for feature in (f for f in FEATURES if f.identity is whose):
        added = () if feature.basic else asked_for(feature, basic, cloud)
        usable = _there(feature.operations, whose, cloud)
        used = [name for name in basic if any(_least(o, basic) == name for o in usable)]
        for name in (*used, *added):
            needed.setdefault(name, []).append(feature)
    return tuple(
        Consent(permission(name, whose), tuple(features), name in basic) for name, features in needed.items()
    )


def smallest(operations: Iterable[Operation]) -> tuple[str, ...]:
    """Return as few of the least permissions as allow all `operations`, and of those the least privileged."""
    wanted = [o.permissions for o in operations if o.permissions]
    least = tuple(dict.fromkeys(names[0] for names in wanted))
    for size in range(len(least) + 1):
        enough = [c for c in combinations(least, size) if all(set(c) & set(names) for names in wanted)]
        if enough:
            return min(enough, key=lambda c: sum(_rank(names, c) for names in wanted))
    raise AssertionError("unreachable: all of the least permissions together are enough")


def _there(operations: Iterable[Operation], whose: Identity, cloud: CloudProfile) -> list[Operation]:
    return [o for o in operations if o.identity is whose and refusal(cloud, o) is None]


def _least(operation: Operation, held: Iterable[str]) -> str | None:
    have = frozenset(held)
    return next((name for name in operation.permissions if name in have), None)


def _rank(names: tuple[str, ...], held: Iterable[str]) -> int:
    """How far down the list of alternatives the first of `held` is: the more, the more privileged."""
    have = frozenset(held)
    return next(n for n, name in enumerate(names) if name in have)
