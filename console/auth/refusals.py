"""The one place where Entra's error numbers and MSAL's exceptions become our errors."""

from __future__ import annotations

import re
from collections.abc import Mapping
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

SERVICE_PAUSE = 60.0
"""Seconds MSAL itself stays silent after a 429 or 5xx that named no time."""
NETWORK_PAUSE = 15.0

# Source: https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes
_UNASSIGNED = frozenset({50105, 50177, 501051})
_POLICY = frozenset({50005, 50097, 53000, 53001, 53002, 53003, 53004, 53009, 53010, 53011, 70017, 530034})
_BLOCKED = frozenset({50034, 50053, 50057, 50128})
_CONSENT = frozenset({65001, 90094, 90095})
_CREDENTIAL = frozenset({50012, 700024, 700027, 700030, 700211, 700213, 7000215, 7000222})
_REGISTRATION = frozenset(
    {28000, 50011, 70001, 70011, 90002, 500011, 650052, 650053, 700016, 700054, 1002012, 7000218, 9002325}
)
_OPERATOR_ERRORS = frozenset({"invalid_grant", "interaction_required", "login_required", "consent_required"})
_PASSING_ERRORS = frozenset({"temporarily_unavailable", "server_error"})


def refusal(answer: Mapping[str, Any], retry_after: float | None = None) -> AuthError:
    """The error an OAuth error document stands for; `retry_after` is what the service asked for, in seconds.

    The document's own text never gets into the sentence: it is not written for operators.
    """
    error, number = str(answer.get("error") or ""), _number(answer)
    if error in _PASSING_ERRORS or (not error and not number):
        return unavailable(retry_after)
    if number in _UNASSIGNED:
        return SignInRefused(
            "Your account is not assigned to this application.",
            "Ask your administrator to assign you a role.",
        )
    if error == "authorization_declined" or number == 65004:
        return SignInDeclined("The sign-in was cancelled on the sign-in page.")
    if number in _POLICY:
        return SignInRefused(
            Text(
                "Your organisation's policy does not allow this sign-in (AADSTS{number}).", number=str(number)
            )
        )
    if number in _BLOCKED:
        return SignInRefused(Text("This account may not sign in (AADSTS{number}).", number=str(number)))
    if number in _CONSENT:
        return ConsentNeeded("This application lacks a permission it needs.")
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
        return SignInRefused(Text("The sign-in service refused this account{aside}.", aside=_aside(number)))
    if error in _OPERATOR_ERRORS:
        return OperatorNeeded("Your session has ended.")
    return Misconfigured(Text("The sign-in service refused the request{aside}.", aside=_aside(number)))


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


def _aside(number: int) -> str:
    return f" (AADSTS{number})" if number else ""
