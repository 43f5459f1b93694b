"""What Qt says of the system's proxies, as a value that those below the window understand."""

from __future__ import annotations

import pytest
from PySide6.QtNetwork import QNetworkProxy

from console.domain.routes import FoundIn, Proxy
from console.ui.proxies import read_proxies, system_proxy

Kind = QNetworkProxy.ProxyType


@pytest.mark.parametrize(
    ("found", "address"),
    [
        ([], None),
        ([QNetworkProxy(Kind.NoProxy)], None),
        ([QNetworkProxy(Kind.HttpProxy, "proxy.example", 8080)], "http://proxy.example:8080"),
        ([QNetworkProxy(Kind.HttpCachingProxy, "::1", 80)], "http://[::1]:80"),
        ([QNetworkProxy(Kind.HttpProxy, "p", 1, "lena@x", "p:w/")], "http://lena%40x:p%3Aw%2F@p:1"),
        ([QNetworkProxy(Kind.Socks5Proxy, "s", 1), QNetworkProxy(Kind.HttpProxy, "p", 2)], "http://p:2"),
        ([QNetworkProxy(Kind.NoProxy), QNetworkProxy(Kind.HttpProxy, "p", 2)], None),
    ],
)
def test_the_first_that_we_can_use(found: list[QNetworkProxy], address: str | None) -> None:
    read = read_proxies(found)
    assert read == (Proxy(address, FoundIn.SYSTEM) if address else None)


def test_a_system_without_proxies_names_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    assert system_proxy("https://relay.contoso.example") is None
