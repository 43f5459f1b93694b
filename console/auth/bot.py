"""The bot's own token, for the relay, which alone holds what proves that it is the bot."""

from __future__ import annotations

import random
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .client import quiet_msal
from .credential import Credential, Secret, ends_at, read_credential
from .errors import AuthError, CredentialRefused, Misconfigured
from .http import DEFAULT_TIMEOUT, HttpAdapter
from .keeper import PATIENCE, TokenKeeper
from .refusals import failure, known_failures, refusal
from .registration import CAPABILITIES, BotRegistration, discovery_of
from .token import Token, read_token
from .worker import Worker

if TYPE_CHECKING:
    import msal


@dataclass(frozen=True, slots=True)
class _Endpoint:
    client_id: str
    token_endpoint: str
    now: Callable[[], float]


class BotCredential:
    """Application tokens for Graph, always renewed ahead of need.

    `context` is called in the worker thread; `now` gives seconds since the epoch (the real time);
    `report` is told of every renewal's error, and of None after a good one.

    Raises:
        Misconfigured: a secret was given without `allow_secret`, or the authority names no tenant.
    """

    def __init__(
        self,
        registration: BotRegistration,
        credential: Credential,
        *,
        context: Callable[[], ssl.SSLContext],
        now: Callable[[], float],
        report: Callable[[AuthError | None], None] = lambda _: None,
        allow_secret: bool = False,
        draw: Callable[[], float] = random.random,
        timeout: float = DEFAULT_TIMEOUT,
        patience: float = PATIENCE,
    ) -> None:
        if isinstance(credential, Secret) and not allow_secret:
            raise Misconfigured(
                "The bot is configured with a secret.", "Use a certificate, or allow secrets for a trial."
            )
        if registration.authority.rstrip("/").rpartition("/")[2] in ("common", "organizations", "consumers"):
            raise Misconfigured("The bot's authority names no tenant.", "Set the id of your own tenant.")
        self._registration = registration
        self._credential = credential
        self._context = context
        self._now = now
        self._draw = draw
        self._timeout = timeout
        self._worker = Worker("bot sign-in")
        self._keeper = TokenKeeper(self._fetch, now, lambda error, _: report(error), patience=patience)
        self._claims = ""
        self._adapter: HttpAdapter | None = None
        self._app: msal.ConfidentialClientApplication | None = None

    async def token(self) -> str:
        """A token good for at least a minute.

        Raises:
            AuthError: the credential is not accepted, or the service is away for too long.
        """
        return await self._keeper.token()

    async def renew(self, rejected: str, claims: str = "") -> str:
        """Another token after Graph rejected this one; raises as `token`.

        `claims` are what Graph wants of it, a JSON object of objects.
        """
        self._claims = claims or self._claims
        return await self._keeper.renew(rejected)

    async def keep_fresh(self) -> None:
        """Run as a task: an answer must never wait for a token."""
        await self._keeper.keep_fresh()

    @property
    def seconds_left(self) -> float | None:
        """How long the token in hand is still good; None when there is none."""
        held = self._keeper.held
        return None if held is None else held.expires - self._now()

    async def ends_at(self) -> float | None:
        """UTC seconds at which the certificate ends, None for what has no end that can be seen here.

        Raises:
            Misconfigured: a file cannot be read or is damaged.
        """
        return await self._worker.run(ends_at, self._credential)

    async def close(self) -> None:
        """End the renewal, then the worker. Whatever is asked afterwards is refused with an AuthError."""
        self._keeper.close()
        self._worker.close(self._close)

    async def _fetch(self) -> Token:
        claims = self._claims
        token = await self._worker.run(self._acquire, claims)
        if self._claims == claims:
            self._claims = ""
        return token

    def _acquire(self, claims: str) -> Token:
        """Ask MSAL; runs in the worker thread."""
        try:
            app = self._open()
            app.remove_tokens_for_client()  # the keeper holds the good one; a new one is wanted
            result = app.acquire_token_for_client([self._registration.scope], claims_challenge=claims or None)
        except CredentialRefused:
            self._app = None
            raise
        except known_failures() as error:
            raise failure(error, self._adapter.retry_after if self._adapter else None) from error
        if "access_token" in result:
            return read_token(result, self._now(), self._draw())
        refused = refusal(result, self._adapter.retry_after if self._adapter else None)
        if isinstance(refused, CredentialRefused):
            self._app = None  # read the files again next time: they may have been renewed
        raise refused

    def _open(self) -> msal.ConfidentialClientApplication:
        if self._app is None:
            import msal

            quiet_msal()
            if self._adapter is None:
                self._adapter = HttpAdapter(self._context(), self._timeout)
            authority = self._registration.authority.rstrip("/")
            endpoint = _Endpoint(self._registration.client_id, f"{authority}/oauth2/v2.0/token", self._now)
            credential = read_credential(self._credential, endpoint, self._adapter)
            try:
                self._app = msal.ConfidentialClientApplication(
                    self._registration.client_id,
                    credential,
                    authority=self._registration.authority,
                    instance_discovery=discovery_of(self._registration.authority),
                    http_client=self._adapter,
                    client_capabilities=CAPABILITIES,
                )
            except (ValueError, TypeError) as error:
                raise Misconfigured(
                    "The tenant is not known, or the bot's certificate is damaged."
                ) from error
        return self._app

    def _close(self) -> None:
        if self._adapter is not None:
            self._adapter.close()
        self._adapter = self._app = None
