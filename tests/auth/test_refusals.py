"""Entra's numbers and words, mapped to our errors."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.auth import (
    AskAdministrator,
    CopyDetails,
    Mend,
    OpenPage,
    Registration,
    SignInAgain,
    TryAgain,
    UseBrowser,
    errors,
    label_of,
)
from console.auth.refusals import refusal
from console.auth.token import read_entry, read_token


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


REGISTRATION = Registration(
    "https://login.example/tenant", "app-id", ("api://relay/x",), ("https://graph.example/A",)
)


def test_claims_of_conditional_access_are_asked_for_by_the_button() -> None:
    wanted = '{"access_token":{"polids":{"essential":true,"values":["x"]}}}'
    asked = refusal({"error": "interaction_required", "error_codes": [50076], "claims": wanted})
    assert asked.mend == SignInAgain(claims=wanted) and "second proof" in str(asked.sentence)
    for odd in ("nonsense", "[1]", '{"a":"' + "x" * 5000 + '"}', 7, None):
        assert refusal({"error": "interaction_required", "claims": odd}).mend == SignInAgain()


@pytest.mark.parametrize("number", [50005, 50097, 53000, 53001, 53002, 53003, 53004, 53011, 50105, 50053])
def test_what_only_an_administrator_can_change_comes_with_what_they_need(number: int) -> None:
    document = {
        "error": "access_denied",
        "error_codes": [number],
        "error_description": "secret text",
        "timestamp": "2026-11-25 08:00:00Z",
        "correlation_id": "11111111-2222-4333-8444-555555555555<img>",
        "trace_id": "66666666-2222-4333-8444-555555555555",
    }
    refused = refusal(document, registration=REGISTRATION)
    assert isinstance(refused, errors.SignInRefused) and isinstance(refused.mend, CopyDetails)
    details = refused.mend.details
    assert details.startswith(
        f"AADSTS {number}, time 2026-11-25 08:00:00Z, correlation id 11111111-2222-4333"
    )
    assert "application app-id" in details and "<" not in details and "secret" not in details


def test_a_consent_is_the_operators_or_the_administrators() -> None:
    scopes = ["https://graph.example/Presence.ReadWrite"]
    own = refusal({"error": "invalid_grant", "error_codes": [65001]}, None, REGISTRATION, scopes)
    assert own.mend == SignInAgain(scopes=tuple(scopes))
    theirs = refusal({"error": "access_denied", "error_codes": [90094]}, None, REGISTRATION, scopes).mend
    assert isinstance(theirs, AskAdministrator)
    assert theirs.url == (
        "https://login.example/tenant/v2.0/adminconsent?client_id=app-id"
        "&scope=https%3A%2F%2Fgraph.example%2FPresence.ReadWrite&redirect_uri=http%3A%2F%2Flocalhost"
    )


def test_every_button_has_its_words() -> None:
    mends: list[Mend] = [
        SignInAgain(),
        SignInAgain(scopes=("x",)),
        AskAdministrator("https://a.example"),
        OpenPage("https://a.example"),
        CopyDetails("d"),
        TryAgain(),
        UseBrowser(),
    ]
    assert len({str(label_of(mend)) for mend in mends}) == len(mends)


@pytest.mark.parametrize(("life", "jitter", "early"), [(3600, 0.0, 300), (3600, 1.0, 600), (280, 1.0, 140)])
def test_a_desk_of_many_does_not_renew_in_one_second(life: int, jitter: float, early: int) -> None:
    token = read_token({"access_token": "t", "expires_in": life}, 1000.0, jitter)
    assert (token.expires, token.renew_at) == (1000 + life, 1000 + life - early)
    entry = {"secret": "t", "cached_at": "1000", "expires_on": str(1000 + life), "target": "a b"}
    assert read_entry(entry, jitter) == replace(token, scopes=frozenset({"a", "b"}))
    sooner = read_entry(entry | {"refresh_on": "1020"}, jitter)
    assert sooner.renew_at == 1020 and not sooner.is_fresh(1021) and sooner.is_usable(1021)
