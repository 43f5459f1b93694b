"""The one place where Entra's error numbers and MSAL's exceptions become our errors."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from console.domain.text import Text

from .errors import (
    AuthError,
    ConsentNeeded,
    CredentialRefused,
    IdentityUnavailable,
    Misconfigured,
    OperatorNeeded,
    SignInDeclined,
    SignInRefused,
    SignInTimedOut,
)
from .mends import AskAdministrator, CopyDetails, SignInAgain
from .registration import Registration

SERVICE_PAUSE = 60.0
"""Seconds MSAL itself stays silent after a 429 or 5xx that named no time."""
NETWORK_PAUSE = 15.0

# Source: https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes
_UNASSIGNED = frozenset({50105, 50177, 501051})
_POLICY = {
    50005: Text("Your organisation's policy does not allow sign-ins from this kind of computer."),
    50097: Text("Your organisation lets only computers sign in that it knows, and this is none."),
    53000: Text("This computer does not meet your organisation's rules."),
    53001: Text("Your organisation lets only computers sign in that it has joined."),
    53003: Text("Your organisation's policy does not allow this sign-in."),
    53004: Text("Microsoft saw something unusual and asks for a second proof that is not set up."),
    53011: Text("This account is blocked because something unusual was seen."),
}
_MORE_POLICY = frozenset({53002, 53009, 53010, 70017, 530034})
_BLOCKED = frozenset({50034, 50053, 50057, 50128})
_CONSENT = frozenset({65001, 90094, 90095})
_BY_ADMINISTRATOR = frozenset({90094, 90095})
_CREDENTIAL = frozenset({50012, 700024, 700027, 700030, 700211, 700213, 7000215, 7000222})
_REGISTRATION = frozenset(
    {28000, 50011, 70001, 70011, 90002, 500011, 650052, 650053, 700016, 700054, 1002012, 7000218, 9002325}
)
_ENDED = {
    50055: Text("Your password has expired."),
    50072: Text("Your organisation wants a second proof that it is you, which is not set up yet."),
    50074: Text("Your organisation wants a second proof that it is you."),
    50076: Text("Your organisation wants a second proof that it is you."),
    50079: Text("Your organisation wants a second proof that it is you, which is not set up yet."),
    50173: Text("Your session was ended: your password was changed, or somebody signed you out."),
    70043: Text("Your organisation asks you to sign in again from time to time."),
    70044: Text("Your organisation asks you to sign in again from time to time."),
    700082: Text("Your session has ended because it was not used for long."),
}
_OPERATOR_ERRORS = frozenset({"invalid_grant", "interaction_required", "login_required", "consent_required"})
_PASSING_ERRORS = frozenset({"temporarily_unavailable", "server_error"})
_LONGEST_CLAIMS = 4096
_NOT_IN_DETAILS = re.compile(r"[^A-Za-z0-9 :.+-]")


def refusal(
    answer: Mapping[str, Any],
    retry_after: float | None = None,
    registration: Registration | None = None,
    scopes: Sequence[str] = (),
) -> AuthError:
    """The error an OAuth error document stands for, with the button that helps.

    `retry_after` is what the service asked for, in seconds; `scopes` is what was asked of it, by full name.
    The document's own text never gets into the sentence: it is not written for operators.
    """
    error, number = str(answer.get("error") or ""), _number(answer)
    details = CopyDetails(_details(answer, number, registration))
    if error in _PASSING_ERRORS or (not error and not number):
        return unavailable(retry_after)
    if number in _UNASSIGNED:
        return SignInRefused(
            "Your account is not assigned to this application.",
            "Ask your administrator to assign you a role.",
        ).mended_by(details)
    if error == "authorization_declined" or number == 65004:
        return SignInDeclined("The sign-in was cancelled on the sign-in page.")
    if number in _POLICY or number in _MORE_POLICY:
        return SignInRefused(
            Text("{what} (AADSTS{number})", what=_POLICY.get(number, _POLICY[53003]), number=str(number))
        ).mended_by(details)
    if number in _BLOCKED:
        return SignInRefused(
            Text("This account may not sign in (AADSTS{number}).", number=str(number))
        ).mended_by(details)
    if number in _CONSENT:
        return _consent_needed(number, registration, scopes)
    if number in _CREDENTIAL or error == "invalid_client":
        return CredentialRefused(
            Text(
                "The sign-in service does not accept the application's credential{aside}.",
                aside=_aside(number),
            )
        )
    if number in _REGISTRATION:
        return Misconfigured(
            Text("The sign-in service does not know this request{aside}.", aside=_aside(number))
        )
    if error in ("expired_token", "code_expired"):
        return SignInTimedOut("The sign-in was not finished in time.")
    if error == "access_denied":
        return SignInRefused(
            Text("The sign-in service refused this account{aside}.", aside=_aside(number))
        ).mended_by(details)
    if error in _OPERATOR_ERRORS:
        ended = OperatorNeeded(_ENDED.get(number, Text("Your session has ended.")))
        return ended.mended_by(SignInAgain(claims=_claims(answer)))
    return Misconfigured(Text("The sign-in service refused the request{aside}.", aside=_aside(number)))


def _consent_needed(number: int, registration: Registration | None, scopes: Sequence[str]) -> ConsentNeeded:
    if number in _BY_ADMINISTRATOR and registration is not None:
        return ConsentNeeded(
            "Your organisation has not approved what this application asks for.",
            "Send your administrator the link, or sign in again to work without.",
        ).mended_by(AskAdministrator(registration.consent_page(scopes), tuple(scopes)))
    return ConsentNeeded("This application lacks a permission it needs.").mended_by(
        SignInAgain(scopes=tuple(scopes))
    )


def known_failures() -> tuple[type[Exception], ...]:
    """What MSAL and its transport raise when the service fails; anything else is a bug of ours."""
    from msal.exceptions import MsalServiceError
    from requests.exceptions import RequestException

    return MsalServiceError, RequestException


def failure(error: Exception, retry_after: float | None = None) -> IdentityUnavailable:
    """The error one of `known_failures` stands for."""
    if isinstance(error, OSError):  # RequestException is one: no answer, or none that could be read
        return IdentityUnavailable("The sign-in service cannot be reached.", retry_after or NETWORK_PAUSE)
    return unavailable(retry_after)


def unavailable(retry_after: float | None) -> IdentityUnavailable:
    return IdentityUnavailable("The sign-in service is busy or out of order.", retry_after or SERVICE_PAUSE)


def _number(answer: Mapping[str, Any]) -> int:
    codes = answer.get("error_codes")
    if isinstance(codes, list) and codes and isinstance(codes[0], int):
        return codes[0]
    found = re.search(r"AADSTS(\d{4,9})", str(answer.get("error_description") or ""))
    return int(found.group(1)) if found else 0


def _claims(answer: Mapping[str, Any]) -> str:
    """What Conditional Access wants of the next sign-in, if it is a JSON object of a sane size."""
    text = answer.get("claims")
    if not isinstance(text, str) or len(text) > _LONGEST_CLAIMS:
        return ""
    try:
        return text if isinstance(json.loads(text), dict) else ""
    except ValueError:
        return ""


def _details(answer: Mapping[str, Any], number: int, registration: Registration | None) -> str:
    """By these an administrator finds the sign-in in Entra's log."""
    found = {
        "AADSTS": str(number or answer.get("error") or ""),
        "time": str(answer.get("timestamp") or ""),
        "correlation id": str(answer.get("correlation_id") or ""),
        "trace id": str(answer.get("trace_id") or ""),
        "application": registration.client_id if registration else "",
    }
    return ", ".join(
        f"{name} {_NOT_IN_DETAILS.sub('', value)[:64]}" for name, value in found.items() if value
    )


def _aside(number: int) -> str:
    return f" (AADSTS{number})" if number else ""
