"""Reading a claims challenge: what Microsoft sends is found, and nothing else gets to the sign-in service."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.graph.challenge import LARGEST, claims_of

NEWER = {"access_token": {"nbf": {"essential": True, "value": "1604106651"}}}


def encoded(claims: Any) -> str:
    return base64.b64encode(claims if isinstance(claims, bytes) else json.dumps(claims).encode()).decode()


def asking(claims: Any) -> str:
    return f'Bearer realm="", error="insufficient_claims", claims="{encoded(claims)}"'


@pytest.mark.parametrize(
    "header",
    [
        asking(NEWER),
        # The shape of Graph's own, in Microsoft's page on claims challenges.
        'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", '
        f'client_id="00000003-0000-0000-c000-000000000000", error="insufficient_claims", '
        f'claims="{encoded(NEWER)}"',
        f"bearer error=insufficient_claims,claims={encoded(NEWER).rstrip('=')}",
        f'PoP nonce="a, Bearer claims=\\"no\\"", error="x", Bearer Error="insufficient_claims", '
        f'Claims="{encoded(NEWER)}"',
        f'Bearer error="insufficient_claims", claims="{encoded(NEWER)}", PoP nonce="n", claims="other"',
    ],
)
def test_the_claims_are_found(header: str) -> None:
    assert json.loads(claims_of(header)) == NEWER


def test_both_alphabets_of_base64_are_read() -> None:
    claims = {"access_token": {"a": "ü?>?>~~~ÿÿÿ"}}
    for text in (encoded(claims), base64.urlsafe_b64encode(json.dumps(claims).encode()).decode()):
        assert json.loads(claims_of(f'Bearer error="insufficient_claims", claims="{text}"')) == claims


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        'Bearer realm="", error="invalid_token"',
        f'Bearer error="invalid_token", claims="{encoded(NEWER)}"',
        f'PoP error="insufficient_claims", claims="{encoded(NEWER)}"',
        'Bearer error="insufficient_claims"',
        'Bearer error="insufficient_claims", claims=""',
        'Bearer error="insufficient_claims", claims="%%%"',
        'Bearer error="insufficient_claims", claims="e"',
        asking(b"\xff\xfe"),
        asking(b"{"),
        asking([]),
        asking({}),
        asking("text"),
        asking({"access_token": "text"}),
        asking({"access_token": None}),
        asking(b'{"access_token": ' + b'{"a":' * 1100 + b"1" + b"}" * 1101),
        asking({"access_token": {"a": "x" * LARGEST}}),
    ],
)
def test_what_is_no_challenge_asks_for_nothing(header: str) -> None:
    assert claims_of(header) == ""


@given(st.text(max_size=300) | st.binary(max_size=300).map(asking))
def test_whatever_comes_is_an_object_of_objects_or_nothing(header: str) -> None:
    found = claims_of(header)
    assert found == "" or all(isinstance(v, dict) for v in json.loads(found).values())
