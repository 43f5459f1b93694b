"""What the features of a desk lack of the operator's permissions, in words for whoever sits there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from console.domain.text import Text
from console.graph.catalogue import FEATURES
from console.graph.clouds import CloudProfile
from console.graph.consents import asked_for
from console.graph.operations import Feature, Identity
from console.graph.permissions import permission

_TITLES = {
    "people": Text("Finding colleagues"),
    "presence": Text("Seeing who is free"),
    "meetings": Text("Scheduling meetings"),
}
"""The features of a desk that work with the operator's own permissions, by their key in the catalogue."""


@dataclass(frozen=True, slots=True)
class Need:
    """A feature and the permissions that it lacks, by full name; none when it has all of them."""

    title: Text
    lacking: tuple[str, ...]
    by_admin: bool


def needs(cloud: CloudProfile, granted: Collection[str]) -> list[Need]:
    """Return the desk's own features and what each lacks when `granted` (full names) is what we have."""
    held = frozenset(name.rsplit("/", 1)[-1] for name in granted)
    return [_need(feature, held, cloud) for feature in FEATURES if feature.key in _TITLES]


def _need(feature: Feature, held: frozenset[str], cloud: CloudProfile) -> Need:
    names = asked_for(feature, held, cloud)
    by_admin = any(permission(name, Identity.OPERATOR).by_admin for name in names)
    return Need(_TITLES[feature.key], tuple(cloud.permission(name) for name in names), by_admin)
