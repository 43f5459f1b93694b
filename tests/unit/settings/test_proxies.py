"""Which proxy leads where: the option, the environment, the system, and never one to this computer itself."""

from __future__ import annotations

import pytest

from console.domain.routes import FoundIn, Proxy
from console.settings.proxies import route

RELAY = "https://relay.contoso.example/v1.0"


def by_system(address: str) -> Proxy | None:
    return Proxy("http://pac:3128", FoundIn.SYSTEM) if "contoso" in address else None


@pytest.mark.parametrize(
    ("option", "environment", "address", "place"),
    [
        ("", {}, RELAY, "pac:3128 system"),
        ("", {}, "https://graph.microsoft.com", None),
        ("none", {"HTTPS_PROXY": "http://env:1"}, RELAY, None),
        ("http://set:8080", {"HTTPS_PROXY": "http://env:1"}, RELAY, "set:8080 option"),
        ("", {"HTTPS_PROXY": "http://env:1"}, RELAY, "env:1 environment"),
        ("", {"https_proxy": "env:1"}, RELAY, "env:1 environment"),
        ("", {"all_proxy": "http://me:pw@env:1"}, RELAY, "env:1 environment"),
        ("", {"http_proxy": "http://env:1"}, RELAY, None),
        ("", {"https_proxy": "http://env"}, RELAY, "env:80 environment"),
        ("", {"https_proxy": "http://env:1", "NO_PROXY": "a, .contoso.example"}, RELAY, None),
        ("", {"https_proxy": "http://env:1", "no_proxy": "contoso.example"}, RELAY, None),
        ("", {"https_proxy": "http://env:1", "no_proxy": "relay.contoso.example:443"}, RELAY, None),
        (
            "",
            {"https_proxy": "http://env:1", "no_proxy": "relay.contoso.example:80"},
            RELAY,
            "env:1 environment",
        ),
        ("", {"https_proxy": "http://env:1", "no_proxy": "oso.example"}, RELAY, "env:1 environment"),
        ("", {"https_proxy": "http://env:1", "no_proxy": "*"}, RELAY, None),
        ("http://set:8080", {}, "http://127.0.0.1:9", None),
        ("http://set:8080", {}, "https://localhost:9", None),
        ("http://set:8080", {}, "https://[::1]:9", None),
    ],
)
def test_the_way(option: str, environment: dict[str, str], address: str, place: str | None) -> None:
    found = route(option, environment, by_system)(address)
    assert (f"{found.place} {found.found_in}" if found else None) == place


def test_a_password_is_used_and_never_shown() -> None:
    found = route("http://lena:correct-horse@proxy:8080", {})(RELAY)
    assert found is not None and "correct-horse" in found.address
    assert "correct-horse" not in found.place + repr(found) + str(found)
