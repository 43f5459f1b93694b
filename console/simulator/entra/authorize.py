"""The browser half of sign-in: check the request, let a person choose an account, hand a code back."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.simulator.directory import User

from . import pages
from .discovery import Discovery
from .errors import Refusal
from .forms import read_form, read_query
from .grants import Grants
from .resources import BY_ADMINISTRATOR
from .sessions import CODE_LIFETIME, Code

_CARRIED = (
    "client_id",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "client_info",
    "login_hint",
    "prompt",
)


@dataclass(frozen=True, slots=True)
class Authorize:
    discovery: Discovery
    grants: Grants

    async def show(self, request: Request) -> Response:
        """GET or POST authorize: the account page, or an error page or redirect."""
        fields = read_query(request) if request.method == "GET" else await read_form(request)
        self.discovery.known_tenant(request)
        if (error_page := self._unsafe(fields)) is not None:
            return error_page
        try:
            self._check(fields)
            if fields.get("prompt") == "none":
                raise Refusal(
                    "login_required", 50058, "A silent sign-in request was sent but no user is signed in."
                )
        except Refusal as refusal:
            return _answer(fields, {"error": refusal.error, "error_description": refusal.description})
        action = f"/{self.discovery.mint.directory.tenant_id}/login"
        carried = {name: fields[name] for name in _CARRIED if name in fields}
        users = self.discovery.mint.directory.users
        return pages.choose_account(action, carried, users, fields.get("login_hint", ""))

    async def login(self, request: Request) -> Response:
        """A person pressed a name on the account page."""
        fields = await read_form(request)
        self.discovery.known_tenant(request)
        if (error_page := self._unsafe(fields)) is not None:
            return error_page
        try:
            self._check(fields)
            if "decline" in fields:
                raise Refusal("access_denied", 65004, "User declined to consent to access the app.")
            user = self.discovery.mint.directory.user(fields.get("user", ""))
            if user is None:
                raise Refusal("access_denied", 50034, "The user account does not exist in this directory.")
            if lacking := self.grants.lacking(user, fields.get("scope", "")):
                if not self.grants.users_consent or BY_ADMINISTRATOR.intersection(lacking):
                    raise Refusal("access_denied", 90094, "The grant requires admin permission.")
                if "accept" not in fields:
                    return self._ask_for_consent(fields, user, lacking)
                self.grants.accept(user, lacking)
            self.grants.admit(user, fields.get("scope", ""))
        except Refusal as refusal:
            error = "access_denied" if refusal.error == "invalid_grant" else refusal.error
            return _answer(fields, {"error": error, "error_description": refusal.description})
        return _answer(fields, self._success(fields, user))

    def _ask_for_consent(self, fields: Mapping[str, str], user: User, lacking: tuple[str, ...]) -> Response:
        carried = {name: fields[name] for name in _CARRIED if name in fields}
        action = f"/{self.discovery.mint.directory.tenant_id}/login"
        return pages.ask_for_consent(action, carried | {"user": user.user_principal_name}, lacking)

    def _success(self, fields: Mapping[str, str], user: User) -> dict[str, str]:
        sessions = self.grants.sessions
        code = Code(
            user=user,
            client_id=fields["client_id"],
            redirect_uri=fields["redirect_uri"],
            challenge=fields["code_challenge"],
            nonce=fields.get("nonce"),
            scope=fields.get("scope", ""),
            expires=sessions.now() + CODE_LIFETIME,
        )
        answer = {"code": sessions.open_code(code), "session_state": secrets.token_hex(16)}
        if fields.get("client_info"):
            answer["client_info"] = self.discovery.mint.client_info(user)
        return answer

    def _unsafe(self, fields: Mapping[str, str]) -> Response | None:
        """An error page when the answer could not safely be sent to the redirect address."""
        client, redirect = fields.get("client_id", ""), urlsplit(fields.get("redirect_uri", ""))
        if client != self.discovery.mint.directory.console_app_id:
            text = f"AADSTS700016: Application with identifier '{client}' was not found in the directory."
            return pages.message("Sign-in failed", text, status=400)
        # Entra registers http://localhost for desktop applications and ignores the port, nothing else.
        if redirect.scheme != "http" or redirect.hostname != "localhost":
            text = "AADSTS50011: The redirect URI does not match the one registered for the application."
            return pages.message("Sign-in failed", text, status=400)
        return None

    def _check(self, fields: Mapping[str, str]) -> None:
        if fields.get("response_type") != "code":
            raise Refusal("unsupported_response_type", 700054, "Only response_type 'code' is enabled.")
        if fields.get("response_mode", "query") not in ("query", "form_post"):
            raise Refusal("invalid_request", 70007, "The response_mode is not supported.")
        if fields.get("code_challenge_method") != "S256" or not fields.get("code_challenge"):
            raise Refusal("invalid_request", 9002325, "Proof Key for Code Exchange (S256) is required.")
        self.grants.known().grants(fields.get("scope", ""))


def _answer(fields: Mapping[str, str], answer: Mapping[str, str]) -> Response:
    full = dict(answer) | ({"state": fields["state"]} if "state" in fields else {})
    redirect = fields["redirect_uri"]
    if fields.get("response_mode") == "form_post":
        return pages.hand_back(redirect, full, secrets.token_urlsafe(16))
    joint = "&" if "?" in redirect else "?"
    return RedirectResponse(f"{redirect}{joint}{urlencode(full)}", 303, {"Cache-Control": "no-store"})
