"""MSAL's public client as plain blocking calls: everything here runs in the worker thread."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .cache import TokenStore
from .errors import Misconfigured, NobodySignedIn, OperatorNeeded, SignInRefused
from .http import HttpAdapter
from .operators import Account, read_account, read_claims
from .refusals import failure, known_failures, refusal
from .registration import CAPABILITIES, Registration, Resource, discovery_of
from .token import Token, read_token

if TYPE_CHECKING:
    import msal


def quiet_msal() -> None:
    """MSAL's DEBUG log prints the authorization code and the code verifier (1.39): never let it."""
    logger = logging.getLogger("msal")
    logger.setLevel(max(logger.level, logging.INFO))


class PublicClient:
    """One MSAL application, built at first use (that asks the network) and rebuilt after `reset`.

    `context` is called once, in the worker thread: reading the trust store takes time.
    """

    def __init__(
        self,
        registration: Registration,
        store: TokenStore,
        context: Callable[[], ssl.SSLContext],
        now: Callable[[], float],
        timeout: float,
    ) -> None:
        self._registration = registration
        self._store = store
        self._context = context
        self._now = now
        self._timeout = timeout
        self._adapter: HttpAdapter | None = None
        self._cache: msal.SerializableTokenCache | None = None
        self._app: msal.PublicClientApplication | None = None

    def begin_code(
        self, redirect_uri: str, state: str, login_hint: str | None, claims: str = ""
    ) -> dict[str, Any]:
        """The flow whose `auth_uri` the browser opens; consent is asked for both resources at once.

        `claims` are what a service wants of the sign-in, as JSON, such as a second factor.
        """
        with self._mapped() as app:
            flow: dict[str, Any] = app.initiate_auth_code_flow(
                [*self._registration.relay_scopes, *self._registration.graph_scopes],
                redirect_uri=redirect_uri,
                state=state,
                login_hint=login_hint,
                response_mode="form_post",
                prompt=None if login_hint else "select_account",
                claims_challenge=claims or None,
            )
            return flow

    def finish_code(self, flow: dict[str, Any], answer: Mapping[str, str]) -> tuple[Account, Token]:
        """Redeem what the browser brought: the person, and a token for the registration's first resource."""
        with self._mapped() as app:
            try:
                result = app.acquire_token_by_auth_code_flow(
                    flow, dict(answer), scopes=self._registration.scopes(self._registration.first)
                )
            except (ValueError, RuntimeError) as error:  # state or nonce; the text holds the nonce
                raise SignInRefused(
                    "The browser's answer does not belong to this sign-in.", "Sign in again."
                ) from error
            return self._settle(app, result)

    def begin_device(self, claims: str = "") -> dict[str, Any]:
        with self._mapped() as app:
            flow: dict[str, Any] = app.initiate_device_flow(
                self._registration.scopes(self._registration.first), claims_challenge=claims or None
            )
            if "user_code" not in flow:
                raise refusal(flow, self._retry_after())
            return flow

    def poll_device(self, flow: dict[str, Any], claims: str = "") -> tuple[Account, Token] | None:
        """Ask once whether the person has finished; None while not."""
        with self._mapped() as app:
            result = app.acquire_token_by_device_flow(
                flow, claims_challenge=claims or None, exit_condition=lambda _: True
            )
            if result.get("error") in ("authorization_pending", "slow_down"):
                return None
            return self._settle(app, result)

    def silent(self, oid: str, resource: Resource, *, force: bool, claims: str = "") -> Token:
        """A token without the operator: from the cache, or by a refresh; with `claims` never from the cache.

        Raises:
            AuthError: the account is gone, the session has ended, or the service does not answer.
        """
        with self._mapped() as app:
            account = next((a for a in app.get_accounts() if a["local_account_id"] == oid), None)
            if account is None:
                raise NobodySignedIn("Nobody is signed in.")
            scopes = self._registration.scopes(resource)
            result = app.acquire_token_silent_with_error(
                scopes, account, force_refresh=force, claims_challenge=claims or None
            )
            if result is None:
                raise OperatorNeeded("Your session has ended.")
            if "access_token" not in result:
                raise refusal(result, self._retry_after())
            return read_token(result, self._now())

    def remembered(self) -> Account | None:
        """Whom the store remembers, without asking the network."""
        import msal

        kind = msal.TokenCache.CredentialType.ID_TOKEN
        found = [read_claims(entry["secret"]) for entry in self._open_cache().search(kind)]
        return read_account(found[0]) if found and found[0] else None

    def forget(self) -> None:
        """Sign out on this computer: drop every token. The session at the provider lives on."""
        self._app = self._cache = None
        self._store.clear()

    def reset(self) -> None:
        """Drop MSAL's memory of past failures (it repeats a 400 for a minute), keep the tokens."""
        self._app = None

    def close(self) -> None:
        if self._adapter is not None:
            self._adapter.close()
        self._adapter = self._app = None

    def _settle(self, app: msal.PublicClientApplication, result: dict[str, Any]) -> tuple[Account, Token]:
        if "access_token" not in result:
            raise refusal(result, self._retry_after())
        account = read_account(result.get("id_token_claims") or {})
        for other in app.get_accounts():
            if other["local_account_id"] != account.oid:
                app.remove_account(other)  # one console, one operator
        return account, read_token(result, self._now())

    @contextmanager
    def _mapped(self) -> Iterator[msal.PublicClientApplication]:
        """The application, with foreign exceptions mapped and the cache saved afterwards."""
        try:
            yield self._open()
        except known_failures() as error:
            raise failure(error, self._retry_after()) from error
        finally:
            if self._cache is not None and self._cache.has_state_changed:
                self._store.save(self._cache.serialize())

    def _open(self) -> msal.PublicClientApplication:
        if self._app is None:
            import msal

            quiet_msal()
            if self._adapter is None:
                self._adapter = HttpAdapter(self._context(), self._timeout)
            try:
                self._app = msal.PublicClientApplication(
                    self._registration.client_id,
                    authority=self._registration.authority,
                    instance_discovery=discovery_of(self._registration.authority),
                    token_cache=self._open_cache(),
                    http_client=self._adapter,
                    client_capabilities=CAPABILITIES,
                )
            except ValueError as error:
                raise Misconfigured("The sign-in service does not know this tenant.") from error
        return self._app

    def _open_cache(self) -> msal.SerializableTokenCache:
        if self._cache is None:
            import msal

            self._cache = msal.SerializableTokenCache()
            self._cache.deserialize(self._store.load())
        return self._cache

    def _retry_after(self) -> float | None:
        return self._adapter.retry_after if self._adapter is not None else None
