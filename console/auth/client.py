"""MSAL's public client as plain blocking calls: everything here runs in the worker thread."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from console.domain.routes import Route

from .cache import TokenStore, TokenStores
from .errors import AuthError, ConsentNeeded, Misconfigured, NobodySignedIn, OperatorNeeded, SignInRefused
from .http import HttpAdapter
from .operators import Account, read_account, read_claims
from .refusals import failure, known_failures, refusal
from .registration import CAPABILITIES, Registration, Resource, discovery_of
from .token import Token, read_entry, read_token

if TYPE_CHECKING:
    import msal


def quiet_msal() -> None:
    """MSAL's DEBUG log prints the authorization code and the code verifier (1.39): never let it."""
    logger = logging.getLogger("msal")
    logger.setLevel(max(logger.level, logging.INFO))


@dataclass(frozen=True, slots=True)
class Ask:
    """What a sign-in asks for: `claims` is JSON, `scopes` are permissions beyond the usual, by full name.

    A `modest` one asks for nothing but the first token: what else is lacking is said where it is used.
    """

    login_hint: str = ""
    claims: str = ""
    scopes: tuple[str, ...] = ()
    modest: bool = False


ANYTHING = Ask()


@dataclass(slots=True)
class Session:
    """One sign-in: under way, or of `account`. `app` is built at need; `store` keeps it once it is kept."""

    cache: msal.SerializableTokenCache
    app: msal.PublicClientApplication | None = None
    account: Account | None = None
    store: TokenStore | None = None


class PublicClient:
    """The sessions of those who use this desk. MSAL's applications are built at need: that asks the network.

    `context` is called once, in the worker thread: reading the trust store takes time. `draw` gives numbers
    from 0 to 1, so that not all desks renew at the same moment. With `broker`, Windows signs people in.
    """

    def __init__(
        self,
        registration: Registration,
        stores: TokenStores,
        context: Callable[[], ssl.SSLContext],
        now: Callable[[], float],
        timeout: float,
        draw: Callable[[], float],
        *,
        broker: bool = False,
        way: Route | None = None,
    ) -> None:
        self._registration = registration
        self._way = way
        self._stores = stores
        self._context = context
        self._now = now
        self._timeout = timeout
        self._draw = draw
        self._broker = broker
        self._adapter: HttpAdapter | None = None
        self._http_cache: dict[str, Any] = {}
        """MSAL's memory of discovery documents and of past failures; no token is in it."""
        self._sessions: dict[str, Session] = {}
        """By `Account.key`, so that a change of accounts can neither mix nor lose tokens."""

    @property
    def first_scopes(self) -> list[str]:
        """What the first token of a sign-in is for."""
        return self._registration.scopes(self._registration.first)

    # -- signing in: in a session of its own, so that one that fails leaves everybody's as it was ----------

    def begin(self, *, broker: bool = False) -> Session:
        """A session for one sign-in."""
        import msal

        cache = msal.SerializableTokenCache()
        with self._mapped():
            return Session(cache, self._build(cache, broker=broker))

    def begin_code(self, session: Session, redirect_uri: str, state: str, ask: Ask) -> dict[str, Any]:
        """The flow whose `auth_uri` the browser opens; consent is asked for both resources at once."""
        with self._mapped():
            flow: dict[str, Any] = self._app_of(session).initiate_auth_code_flow(
                self._consented(ask),
                redirect_uri=redirect_uri,
                state=state,
                login_hint=ask.login_hint or None,
                response_mode="form_post",
                prompt=None if ask.login_hint else "select_account",
                claims_challenge=ask.claims or None,
            )
            return flow

    def finish_code(
        self, session: Session, flow: dict[str, Any], answer: Mapping[str, str], ask: Ask
    ) -> tuple[Account, Token]:
        """Redeem what the browser brought: the person, and a token for the registration's first resource."""
        with self._mapped():
            try:
                result = self._app_of(session).acquire_token_by_auth_code_flow(
                    flow, dict(answer), scopes=self.first_scopes
                )
            except (ValueError, RuntimeError) as error:  # state or nonce; the text holds the nonce
                raise SignInRefused(
                    "The browser's answer does not belong to this sign-in.", "Sign in again."
                ) from error
            return self.settle(session, result, ask)

    def begin_device(self, session: Session, ask: Ask) -> dict[str, Any]:
        with self._mapped():
            flow: dict[str, Any] = self._app_of(session).initiate_device_flow(
                self.first_scopes, claims_challenge=ask.claims or None
            )
            if "user_code" not in flow:
                raise self._refusal(flow)
            return flow

    def poll_device(self, session: Session, flow: dict[str, Any], ask: Ask) -> tuple[Account, Token] | None:
        """Ask once whether the person has finished; None while not."""
        with self._mapped():
            result = self._app_of(session).acquire_token_by_device_flow(
                flow, claims_challenge=ask.claims or None, exit_condition=lambda _: True
            )
            if result.get("error") in ("authorization_pending", "slow_down"):
                return None
            return self.settle(session, result)

    def settle(self, session: Session, result: dict[str, Any], ask: Ask = ANYTHING) -> tuple[Account, Token]:
        """Take the session of a sign-in for that of the account it brought; `keep` puts it into the store.

        Raises:
            AuthError: the sign-in brought none.
        """
        if "access_token" not in result:
            raise self._refusal(result, self._consented(ask))
        session.account = account = read_account(result.get("id_token_claims") or {})
        if (before := self._sessions.get(account.key)) is not None:
            session.store = before.store
        self._sessions[account.key] = session
        return account, read_token(result, self._now(), self._draw())

    def keep(self, key: str) -> None:
        """Put an account's session into its store, now and whenever it changes."""
        if (session := self._sessions.get(key)) is not None:
            session.store = self._stores.of(key)
            session.store.save(session.cache.serialize())

    # -- going on --------------------------------------------------------------------------------------

    def take_up(self, key: str) -> tuple[Account, dict[Resource, Token]] | None:
        """Go on with the session of an account, without asking the network: who it is and its tokens.

        None when there is none.
        """
        session = self._sessions.get(key) or self._open(key)
        if session is None or session.account is None:
            return None
        self._sessions[key] = session
        resources: tuple[Resource, ...] = ("relay", "graph")
        cached = {resource: self._cached(session, resource) for resource in resources}
        return session.account, {name: token for name, token in cached.items() if token is not None}

    def _open(self, key: str) -> Session | None:
        import msal

        cache, store = msal.SerializableTokenCache(), self._stores.of(key)
        cache.deserialize(store.load())
        kind = msal.TokenCache.CredentialType.ID_TOKEN
        found = [read_claims(entry["secret"]) for entry in cache.search(kind)]
        return Session(cache, None, read_account(found[0]), store) if found and found[0] else None

    def _cached(self, session: Session, resource: Resource) -> Token | None:
        import msal

        prefix = self._registration.everything(resource).removesuffix(".default")
        whose = {account["home_account_id"] for account in _accounts(session)}
        found = [
            read_entry(entry, self._draw())
            for entry in session.cache.search(msal.TokenCache.CredentialType.ACCESS_TOKEN)
            if entry["home_account_id"] in whose and prefix in entry.get("target", "")
        ]
        return max(found, key=lambda token: token.expires, default=None)

    def silent(
        self, key: str, resource: Resource, *, claims: str = "", scopes: tuple[str, ...] = ()
    ) -> Token:
        """A new token without the operator, by a refresh. `scopes` are wanted beyond the usual.

        A permission that was not consented to must not cost those that were: then all that are held come.

        Raises:
            AuthError: the account is gone, the session has ended, or the service does not answer.
        """
        session = self._sessions.get(key)
        if session is None:
            raise NobodySignedIn("Nobody is signed in.")
        wanted = [*self._registration.scopes(resource), *scopes]
        try:
            return self._refresh(session, wanted, claims)
        except ConsentNeeded:
            if resource == self._registration.first:
                raise
            return self._refresh(session, [self._registration.everything(resource)], claims)

    def forget(self, key: str) -> None:
        """Drop every token of an account. The session at the provider lives on."""
        self._sessions.pop(key, None)
        self._stores.of(key).clear()

    def reset(self) -> None:
        """Drop MSAL's memory of past failures (it repeats a 400 for a minute), keep the tokens."""
        self._http_cache.clear()
        for session in self._sessions.values():
            session.app = None

    def close(self) -> None:
        self._sessions.clear()
        if self._adapter is not None:
            self._adapter.close()
            self._adapter = None

    def _refresh(self, session: Session, scopes: list[str], claims: str) -> Token:
        with self._mapped(session):
            account = next(iter(_accounts(session)), None)
            if account is None:
                raise NobodySignedIn("Nobody is signed in.")
            result = self._app_of(session).acquire_token_silent_with_error(
                scopes, account, force_refresh=True, claims_challenge=claims or None
            )
            if result is None:
                raise OperatorNeeded("Your session has ended.")
            if "access_token" not in result:
                raise self._refusal(result, scopes)
            return read_token(result, self._now(), self._draw())

    def _consented(self, ask: Ask) -> list[str]:
        more = () if ask.modest else (*self._registration.relay_scopes, *self._registration.graph_scopes)
        usual = [*self.first_scopes, *more]
        return list(dict.fromkeys([*usual, *ask.scopes]))

    @contextmanager
    def _mapped(self, session: Session | None = None) -> Iterator[None]:
        """Map foreign exceptions, and save a session that is kept afterwards when it has changed."""
        try:
            yield
        except known_failures() as error:
            raise failure(error, self._retry_after()) from error
        finally:
            if session is not None and session.store is not None and session.cache.has_state_changed:
                session.store.save(session.cache.serialize())

    def _app_of(self, session: Session) -> msal.PublicClientApplication:
        if session.app is None:
            session.app = self._build(session.cache, broker=self._broker)
        return session.app

    def _build(self, cache: msal.SerializableTokenCache, *, broker: bool) -> msal.PublicClientApplication:
        import msal

        quiet_msal()
        if self._adapter is None:
            self._adapter = HttpAdapter(
                self._context(), self._timeout, address=self._registration.authority, way=self._way
            )
        try:
            return msal.PublicClientApplication(
                self._registration.client_id,
                authority=self._registration.authority,
                instance_discovery=discovery_of(self._registration.authority),
                token_cache=cache,
                http_client=self._adapter,
                http_cache=self._http_cache,
                client_capabilities=CAPABILITIES,
                enable_broker_on_windows=broker,
            )
        except ValueError as error:
            raise Misconfigured("The sign-in service does not know this tenant.") from error

    def _refusal(self, result: Mapping[str, Any], scopes: Sequence[str] = ()) -> AuthError:
        return refusal(result, self._retry_after(), self._registration, scopes)

    def _retry_after(self) -> float | None:
        return self._adapter.retry_after if self._adapter is not None else None


def _accounts(session: Session) -> list[dict[str, Any]]:
    """MSAL's own entries about whose session it is."""
    import msal

    oid = session.account.oid if session.account is not None else ""
    kind = msal.TokenCache.CredentialType.ACCOUNT
    return list(session.cache.search(kind, query={"local_account_id": oid}))
