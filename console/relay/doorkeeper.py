"""Who is asking: the relay's doors for operators, for notifications of calls, and for those of changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from console.domain.ids import UserId, plain_id
from console.domain.people import Operator
from console.relay.settings import Settings
from console.relay.tokens import (
    OPERATOR_ROLES,
    OPERATOR_SCOPE,
    TENANT,
    Claims,
    Denied,
    Gate,
    Profile,
    bearer,
)
from console.wire.values import text

SUPERVISOR = "Supervisor"
CHANGE_TRACKING = "0bf30f3b-4a52-48df-9a82-234910c4a086"
"""The application of Microsoft that sends change notifications, in every tenant."""


@dataclass(frozen=True, slots=True)
class Principal:
    """An operator as their token describes them. `expires` is UTC seconds by the computer's clock.

    `tenant` is the operator's, `console` the application id of what they sit at, `closed_lines` the ids of
    the lines that others supervise.
    """

    operator: Operator
    roles: frozenset[str]
    expires: float
    tenant: str = ""
    console: str = ""
    closed_lines: frozenset[str] = frozenset()

    def supervises(self, line: str) -> bool:
        """True when they may step in on calls of `line`, the id of a resource account; "" for none."""
        return SUPERVISOR in self.roles and line not in self.closed_lines


class Doorkeeper:
    """Checks the tokens of requests. `Denied` and `KeysUnavailable` come through to the request's edge."""

    def __init__(
        self,
        operators: Gate,
        notifications: Gate,
        changes: Gate,
        line_supervisors: Mapping[str, Collection[str]],
    ) -> None:
        self.operators = operators
        self.notifications = notifications
        self.changes = changes
        self._line_supervisors = line_supervisors

    def reload(self, settings: Settings) -> None:
        """Judge by new lists of refused people and of supervisors from now on."""
        self.operators.judge_by(operator_profile(settings))
        self._line_supervisors = settings.line_supervisors

    async def operator(self, headers: Mapping[str, str]) -> Principal:
        """Return who the operator is. Raises Denied or KeysUnavailable."""
        claims = await self.operators.check(bearer(headers.get("authorization")))
        return read_principal(claims, self._line_supervisors)

    async def tenant(self, headers: Mapping[str, str]) -> str:
        """Return the tenant a notification is about. Raises Denied or KeysUnavailable."""
        claims = await self.notifications.check(bearer(headers.get("authorization")))
        return plain_id(str(claims["tid"]))

    def known_tenant(self, headers: Mapping[str, str]) -> str | None:
        """Return the same for a token that was checked a short while ago, else None. Raises Denied."""
        claims = self.notifications.known(bearer(headers.get("authorization")))
        return None if claims is None else plain_id(str(claims["tid"]))

    async def vouched(self, tokens: Sequence[str]) -> frozenset[str]:
        """Return the tenants for which Microsoft vouches with `validationTokens`, one for each.

        Raises Denied if one of them is no good, or KeysUnavailable.
        """
        if len(tokens) > len(self.changes.profile.tenants):
            raise Denied("more tokens than tenants")
        return frozenset([plain_id(str((await self.changes.check(token))["tid"])) for token in tokens])


def read_principal(claims: Claims, line_supervisors: Mapping[str, Collection[str]]) -> Principal:
    """Return the operator in checked claims. The name is for people; it decides nothing."""
    name = text(claims.get("name")) or text(claims.get("preferred_username")) or "An operator"
    roles = frozenset(str(role) for role in claims["roles"]) & OPERATOR_ROLES
    return Principal(
        Operator(UserId(plain_id(str(claims["oid"]))), name),
        roles,
        float(claims["exp"]),
        tenant=plain_id(text(claims.get("tid"))),
        console=plain_id(text(claims.get("azp"))),
        closed_lines=frozenset(
            plain_id(line) for line, people in line_supervisors.items() if claims["oid"].lower() not in people
        ),
    )


def operator_profile(settings: Settings) -> Profile:
    return Profile(
        name="operator",
        issuers=frozenset(settings.issuers),
        audience=settings.relay_app_id,
        tenants=_lower(settings.tenant_ids),
        consoles=_lower(settings.console_app_ids),
        scope=OPERATOR_SCOPE,
        roles=OPERATOR_ROLES,
        version="2.0",
        denied=_lower(settings.denied_operators),
    )


def notification_profile(settings: Settings) -> Profile:
    # 300 s is the Bot Framework's own figure for clocks that disagree (SECURITY §5.1).
    return Profile(
        name="notification",
        issuers=frozenset(settings.profile.notification_issuers),
        audience=settings.audience,
        tenants=_lower(settings.tenant_ids),
        leeway=300.0,
    )


def change_profile(settings: Settings) -> Profile:
    """The tokens that change notifications with data carry (SECURITY §5.2, REFERENCE §6.4)."""
    return Profile(
        name="change",
        issuers=frozenset({f"{settings.profile.login}/{TENANT}/v2.0", f"https://sts.windows.net/{TENANT}/"}),
        audience=settings.bot_app_id,
        tenants=_lower(settings.tenant_ids),
        leeway=300.0,
        one_authority=True,
        publishers=frozenset({CHANGE_TRACKING}),
    )


def _lower(ids: tuple[str, ...]) -> frozenset[str]:
    return frozenset(id.lower() for id in ids)
