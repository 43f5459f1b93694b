"""The simulated Entra ID as one object: its routes, its knobs for tests, and the check of its tokens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from console.simulator.directory import Directory

from . import pages
from .administrator import Administrator
from .authorize import Authorize
from .devices import PAGE as DEVICE_PAGE
from .devices import Devices
from .discovery import Discovery
from .errors import Refusal
from .evaluation import Evaluation
from .faults import Faults, Handler
from .forms import read_form
from .grants import Grants
from .keys import SigningKey
from .sessions import Exchange, Sessions
from .tokens import TokenMint

_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class Authority:
    """A small Entra ID, good enough for unmodified MSAL.

    `base_url` is asked anew each time because the port is known only once the server listens; it has no
    trailing slash. `now` is in seconds since the epoch and must agree with the clients' clock.
    """

    def __init__(
        self,
        directory: Directory,
        base_url: Callable[[], str],
        now: Callable[[], float],
        bot_certificate_pem: Callable[[], bytes],
    ) -> None:
        self.mint = TokenMint(directory, base_url, now, SigningKey())
        self.sessions = Sessions(now)
        self.grants = Grants(self.mint, self.sessions, bot_certificate_pem)
        self.evaluation = Evaluation()
        self.faults = Faults()
        self._discovery = Discovery(self.mint)
        self._authorize = Authorize(self._discovery, self.grants)
        self._administrator = Administrator(self._discovery, self.grants)
        self.devices = Devices(self._discovery, self.grants)

    @property
    def access_token_lifetime(self) -> float:
        """Seconds that new access tokens live."""
        return self.mint.lifetime

    @access_token_lifetime.setter
    def access_token_lifetime(self, seconds: float) -> None:
        self.mint.lifetime = seconds

    def verify(self, token: str, audience: str | None = None) -> dict[str, Any]:
        """The claims of an access token of ours that is valid now, for `audience` if one is given.

        Raises:
            InvalidToken: anything else.
        """
        return self.mint.verify(token, audience)

    def revoke(self, id_or_upn: str) -> None:
        """End a user's sessions, as an administrator does; access tokens already issued live on.

        Raises:
            KeyError: there is no such user.
        """
        user = self.mint.directory.user(id_or_upn)
        if user is None:
            raise KeyError(id_or_upn)
        self.sessions.revoke(user)

    def distrust(self, who: str) -> None:
        """Make Graph challenge the tokens that `who` has now: a user's id or name, or the bot's app id.

        Raises:
            KeyError: there is nobody of that name.
        """
        user = self.mint.directory.user(who)
        if user is None and who != self.mint.directory.bot_app_id:
            raise KeyError(who)
        oid = user.id if user else self.mint.bot_object_id
        # A token's times are whole seconds: one made in this second without the claims must not pass.
        self.evaluation.not_before[oid] = int(self.mint.now()) + 1

    def refreshes(self) -> int:
        """How often a refresh token was used with success."""
        return sum(e.grant_type == "refresh_token" and e.status == 200 for e in self.sessions.exchanges)

    def routes(self) -> list[Route]:
        faulty = self.faults.before
        return [
            self._route("/common/discovery/instance", faulty("discovery", self._discovery.instance), "GET"),
            self._route(
                "/{tenant}/v2.0/.well-known/openid-configuration",
                faulty("discovery", self._discovery.configuration),
                "GET",
            ),
            self._route("/{tenant}/discovery/v2.0/keys", self._discovery.keys, "GET"),
            self._route("/{tenant}/oauth2/v2.0/authorize", self._authorize.show, "GET", "POST"),
            self._route("/{tenant}/login", self._authorize.login, "POST"),
            self._route("/{tenant}/oauth2/v2.0/token", faulty("token", self._token), "POST"),
            self._route("/{tenant}/oauth2/v2.0/devicecode", faulty("devicecode", self.devices.open), "POST"),
            self._route(DEVICE_PAGE, self.devices.show, "GET"),
            self._route(DEVICE_PAGE, self.devices.approve, "POST"),
            self._route("/{tenant}/v2.0/adminconsent", self._administrator.show, "GET"),
            self._route("/{tenant}/v2.0/adminconsent", self._administrator.decide, "POST"),
            self._route("/{tenant}/oauth2/v2.0/logout", self._logout, "GET", "POST"),
            self._route("/logout", self._logout, "GET", "POST"),
        ]

    def _route(self, path: str, handler: Handler, *methods: str) -> Route:
        async def guarded(request: Request) -> Response:
            try:
                return await handler(request)
            except Refusal as refusal:
                return refusal.response(self.mint.now())

        return Route(path, guarded, methods=list(methods))

    async def _token(self, request: Request) -> Response:
        self._discovery.known_tenant(request)
        fields = await read_form(request)
        try:
            answer: Response = JSONResponse(self.grants.exchange(fields), headers=_NO_STORE)
        except Refusal as refusal:
            answer = refusal.response(self.mint.now())
        grant, client, scope, claims = (
            fields.get(name, "") for name in ("grant_type", "client_id", "scope", "claims")
        )
        self.sessions.exchanges.append(Exchange(grant, client, scope, answer.status_code, claims))
        return answer

    async def _logout(self, request: Request) -> Response:
        return pages.message(
            "Signed out", "You are signed out of the simulated tenant. You can close this page."
        )
