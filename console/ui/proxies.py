"""What the desktop knows of proxies, scripts (PAC) among it, as a value for those below who know no Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from PySide6.QtCore import QUrl

from console.domain.routes import FoundIn, Proxy

if TYPE_CHECKING:
    from PySide6.QtNetwork import QNetworkProxy


def system_proxy(address: str) -> Proxy | None:
    """Return the proxy that the system names for `address`, None for none.

    It may run a script or ask the network for one: call it in a thread. SOCKS proxies are passed over.
    """
    from PySide6.QtNetwork import QNetworkProxyFactory, QNetworkProxyQuery  # late: no window waits for it

    found = QNetworkProxyFactory.systemProxyForQuery(QNetworkProxyQuery(QUrl(address)))
    return read_proxies(found)


def read_proxies(found: list[QNetworkProxy]) -> Proxy | None:
    """Return the first of `found` that we can use; "go straight" before it means none."""
    from PySide6.QtNetwork import QNetworkProxy

    for proxy in found:
        match proxy.type():
            case QNetworkProxy.ProxyType.NoProxy:
                return None
            case QNetworkProxy.ProxyType.HttpProxy | QNetworkProxy.ProxyType.HttpCachingProxy:
                return Proxy(_address(proxy), FoundIn.SYSTEM)
            case _:
                continue
    return None


def _address(proxy: QNetworkProxy) -> str:
    name = quote(proxy.user(), safe="")
    before = f"{name}:{quote(proxy.password(), safe='')}@" if name else ""
    host = f"[{proxy.hostName()}]" if ":" in proxy.hostName() else proxy.hostName()
    return f"http://{before}{host}:{proxy.port()}"
