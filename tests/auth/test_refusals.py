"""Entra's numbers and words, mapped to our errors."""

from __future__ import annotations

import pytest

from console.auth import errors
from console.auth.refusals import refusal


@pytest.mark.parametrize(
    ("error", "number", "expected"),
    [
        ("invalid_grant", 50173, errors.OperatorNeeded),
        ("invalid_grant", 700082, errors.OperatorNeeded),
        ("interaction_required", 50076, errors.OperatorNeeded),
        ("invalid_grant", 65001, errors.ConsentNeeded),
        ("invalid_grant", 50105, errors.SignInRefused),
        ("access_denied", 53003, errors.SignInRefused),
        ("access_denied", 0, errors.SignInRefused),
        ("access_denied", 65004, errors.SignInDeclined),
        ("authorization_declined", 70017, errors.SignInDeclined),
        ("expired_token", 70020, errors.SignInTimedOut),
        ("invalid_client", 700027, errors.CredentialRefused),
        ("invalid_client", 7000215, errors.CredentialRefused),
        ("unauthorized_client", 700016, errors.Misconfigured),
        ("invalid_scope", 70011, errors.Misconfigured),
        ("something_new", 123456, errors.Misconfigured),
        ("temporarily_unavailable", 90033, errors.IdentityUnavailable),
        ("", 0, errors.IdentityUnavailable),
    ],
)
def test_mapping(error: str, number: int, expected: type[errors.AuthError]) -> None:
    by_list = refusal({"error": error, "error_codes": [number], "error_description": "secret <b>text</b>"})
    by_text = refusal({"error": error, "error_description": f"AADSTS{number}: secret text" if number else ""})
    for mapped in (by_list, by_text):
        assert type(mapped) is expected
        assert mapped.code.startswith("auth-") and mapped.sentence and mapped.remedy
        assert "secret" not in str(mapped)


def test_the_pause_is_the_services() -> None:
    asked = refusal({"error": "temporarily_unavailable"}, 7.0)
    assert isinstance(asked, errors.IdentityUnavailable) and asked.retry_after == 7.0
