"""The token endpoint's four grants: a code, a refresh token, a device code, and the bot's own credential."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from console.simulator.directory import GRAPH_RESOURCE_ID, User

from .assertions import ASSERTION_TYPE, Federation, check_assertion, check_federated, issuer_of
from .errors import Refusal
from .evaluation import Wanted, read_wanted
from .keys import base64url
from .resources import GRAPH_SCOPES, RELAY_SCOPES, Resources
from .sessions import Sessions
from .tokens import TokenMint

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass(slots=True)
class Grants:
    """`assignment_required` refuses people without an app role on the relay, as its registration should.

    `consented` is what an administrator has granted to everybody, `own` what people accepted for themselves,
    by object id; with `users_consent` off, which many tenants choose, only an administrator may.
    """

    mint: TokenMint
    sessions: Sessions
    bot_certificate_pem: Callable[[], bytes]
    bot_secret: str | None = None
    bot_federation: Federation | None = None
    consented: frozenset[str] = RELAY_SCOPES | GRAPH_SCOPES
    assignment_required: bool = False
    own: dict[str, frozenset[str]] = field(default_factory=dict)
    users_consent: bool = True

    def resources(self, user: User | None = None) -> Resources:
        """The APIs of the tenant with what counts as consented for `user`, or for everybody."""
        own = self.own.get(user.id, frozenset()) if user else frozenset()
        return self._resources(self.consented | own)

    def known(self) -> Resources:
        """The APIs as they would be if everything were consented to: for reading what is asked for."""
        return self._resources(RELAY_SCOPES | GRAPH_SCOPES)

    def lacking(self, user: User, scope: str) -> tuple[str, ...]:
        """The permissions in `scope` that nobody has consented to for `user`. Raises Refusal as `grants`."""
        asked = {name for grant in self.known().grants(scope) for name in grant.asked}
        return tuple(sorted(asked - self.consented - self.own.get(user.id, frozenset())))

    def accept(self, user: User, permissions: Iterable[str]) -> None:
        """A person consented for themselves."""
        self.own[user.id] = self.own.get(user.id, frozenset()) | frozenset(permissions)

    def _resources(self, consented: frozenset[str]) -> Resources:
        return Resources(self.mint.directory.relay_app_id, self.mint.base_url().rstrip("/"), consented)

    def admit(self, user: User, scope: str) -> None:
        """Let a user have tokens for a scope.

        Raises:
            Refusal: blocked, not assigned to the relay, or not consented.
        """
        self.sessions.admit(user)
        relay = self.mint.directory.relay_app_id
        asked = {grant.audience for grant in self.resources(user).grants(scope)}
        if self.assignment_required and relay in asked and not user.roles:
            text = "The signed in user is not assigned to a role for the application."
            raise Refusal("invalid_grant", 50105, text)

    def exchange(self, fields: Mapping[str, str]) -> dict[str, object]:
        """The token response for a form sent to the token endpoint.

        Raises:
            Refusal: as Entra would.
        """
        wanted = read_wanted(fields.get("claims", ""))
        match fields.get("grant_type", ""):
            case "client_credentials":
                return self._bot(fields, wanted)
            case "authorization_code":
                return self._code(fields, wanted)
            case "refresh_token":
                client = self._public_client(fields)
                user = self.sessions.use_refresh(fields.get("refresh_token", ""), client)
                return self._tokens(user, client, fields.get("scope", ""), wanted)
            case grant if grant == DEVICE_GRANT:
                return self._device(fields, wanted)
            case other:
                raise Refusal("unsupported_grant_type", 70003, f"The grant type '{other}' is not supported.")

    def _public_client(self, fields: Mapping[str, str]) -> str:
        client = fields.get("client_id", "")
        if client != self.mint.directory.console_app_id:
            text = f"Application with identifier '{client}' was not found in the directory."
            raise Refusal("unauthorized_client", 700016, text)
        return client

    def _tokens(
        self, user: User, client: str, scope: str, wanted: Wanted, nonce: str | None = None
    ) -> dict[str, object]:
        self.admit(user, scope)
        answer = self.mint.for_user(user, self.resources(user).grant(scope), client, wanted)
        asked = {word.casefold() for word in scope.split()}
        if "offline_access" in asked:
            answer["refresh_token"] = self.sessions.open_refresh(user, client)
        if "openid" in asked:
            answer["id_token"] = self.mint.identity(user, client, nonce)
        return answer | {"client_info": self.mint.client_info(user)}

    def _code(self, fields: Mapping[str, str], wanted: Wanted) -> dict[str, object]:
        client = self._public_client(fields)
        code = self.sessions.redeem_code(fields.get("code", ""))
        challenge = base64url(hashlib.sha256(fields.get("code_verifier", "").encode()).digest())
        if not secrets.compare_digest(challenge, code.challenge):
            raise Refusal("invalid_grant", 501481, "The Code_Verifier does not match the code_challenge.")
        if (client, fields.get("redirect_uri")) != (code.client_id, code.redirect_uri):
            raise Refusal("invalid_grant", 50011, "The code was issued to another client or redirect URI.")
        return self._tokens(code.user, client, fields.get("scope") or code.scope, wanted, code.nonce)

    def _device(self, fields: Mapping[str, str], wanted: Wanted) -> dict[str, object]:
        client = self._public_client(fields)
        key = fields.get("device_code", "")
        device = self.sessions.devices.get(key)
        if device is None or device.client_id != client:
            raise Refusal("bad_verification_code", 70018, "The verification code is not valid.")
        if device.expires < self.sessions.now():
            raise Refusal("expired_token", 70020, "The verification code has expired.")
        if device.declined:
            raise Refusal("authorization_declined", 70017, "The user refused to authorize the device.")
        if device.user is None:
            raise Refusal("authorization_pending", 70016, "The device has not been authorized yet.")
        del self.sessions.devices[key]
        return self._tokens(device.user, client, device.scope, wanted)

    def _bot(self, fields: Mapping[str, str], wanted: Wanted) -> dict[str, object]:
        bot = self.mint.directory.bot_app_id
        if fields.get("client_id") != bot:
            text = (
                f"Application with identifier '{fields.get('client_id', '')}' was not found in the directory."
            )
            raise Refusal("unauthorized_client", 700016, text)
        authenticated_by = self._authenticate(fields, bot)
        scope = fields.get("scope", "")
        if not scope.endswith("/.default") or " " in scope:
            raise Refusal(
                "invalid_scope", 1002012, "Client credential flows need a single '/.default' scope."
            )
        if self.resources().grant(scope).audience != GRAPH_RESOURCE_ID:
            raise Refusal(
                "invalid_grant", 501051, "The application is not assigned to a role for this resource."
            )
        return self.mint.for_bot(authenticated_by, wanted)

    def _authenticate(self, fields: Mapping[str, str], bot: str) -> str:
        if fields.get("client_assertion_type") == ASSERTION_TYPE:
            endpoint = f"{self.mint.base_url()}/{self.mint.directory.tenant_id}/oauth2/v2.0/token"
            assertion = fields.get("client_assertion", "")
            if self.bot_federation is not None and issuer_of(assertion) != bot:
                check_federated(assertion, self.bot_federation)
            else:
                pem = self.bot_certificate_pem()
                check_assertion(assertion, pem, bot, endpoint, self.mint.now())
            return "2"
        secret = fields.get("client_secret", "")
        if self.bot_secret is not None and secrets.compare_digest(secret, self.bot_secret):
            return "1"
        raise Refusal("invalid_client", 7000215, "Invalid client credential provided.", status=401)
