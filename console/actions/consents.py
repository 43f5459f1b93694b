"""Which features the operator cannot use yet for want of a consent, and what can be done about each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from console.auth import AskAdministrator, Mend, Registration, SignInAgain
from console.domain.text import Text
from console.graph.catalogue import FEATURES
from console.graph.clouds import CloudProfile, refusal
from console.graph.consents import asked_for
from console.graph.operations import Feature, Identity
from console.graph.permissions import permission


@dataclass(frozen=True, slots=True)
class Offer:
    """One feature that lacks `permissions` (as Entra calls them), and the button that gets them.

    Without them everything else works. `page` is the administrator's link, whatever the button does.
    """

    feature: Feature
    permissions: tuple[str, ...]
    mend: Mend
    page: str

    @property
    def by_administrator(self) -> bool:
        """True when the operator cannot consent alone."""
        return isinstance(self.mend, AskAdministrator)

    @property
    def sentence(self) -> Text:
        """What is lacking, and who can change it."""
        names = ", ".join(self.permissions)
        if self.by_administrator:
            return Text("It lacks {permissions}, which your administrator has to allow.", permissions=names)
        return Text("It lacks {permissions}, to which you can consent.", permissions=names)


def offers(cloud: CloudProfile, granted: Iterable[str], registration: Registration) -> tuple[Offer, ...]:
    """Return the operator's features that lack something, in the order of the catalogue.

    `granted` is what the token carries, by full name: `AccountService.granted`.
    """
    held = frozenset(name.rpartition("/")[2] for name in granted)
    found = []
    for feature in (f for f in FEATURES if f.identity is Identity.OPERATOR):
        if all(refusal(cloud, operation) for operation in feature.operations):
            continue
        if lacking := asked_for(feature, held, cloud):
            found.append(_offer(feature, lacking, cloud, registration))
    return tuple(found)


def _offer(
    feature: Feature, lacking: tuple[str, ...], cloud: CloudProfile, registration: Registration
) -> Offer:
    full = tuple(cloud.permission(name) for name in lacking)
    page = registration.consent_page(full)
    if any(permission(name, Identity.OPERATOR).by_admin for name in lacking):
        return Offer(feature, lacking, AskAdministrator(page, lacking), page)
    return Offer(feature, lacking, SignInAgain(scopes=full), page)
