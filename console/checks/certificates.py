"""Who issued the certificate that a server shows, and whether somebody between reads along."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from console.domain.routes import Proxy

_INSPECTORS = (
    *("zscaler", "netskope", "fortinet", "fortigate", "palo alto", "blue coat", "bluecoat", "symantec web"),
    *("forcepoint", "websense", "sophos", "check point", "checkpoint", "cisco umbrella", "cisco secure"),
    *("mcafee web", "skyhigh", "iboss", "menlo security", "cato networks", "barracuda", "watchguard"),
    *("sonicwall", "untangle", "smoothwall", "lightspeed", "securly", "contentkeeper", "cloudflare gateway"),
    *("kaspersky", "eset ssl", "bitdefender", "avast", "avg web", "dr.web", "squid", "mitmproxy", "pfsense"),
)
"""Beginnings of what products call the authority that they sign with when they open TLS, in lower case."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A certificate in plain words. `issuer` is who signed it; times are seconds since the epoch."""

    issuer: str
    begins: float
    ends: float
    names: tuple[str, ...]

    @property
    def inspected(self) -> bool:
        """True when the issuer is known to be a product that opens TLS on the way."""
        return any(mark in self.issuer.casefold() for mark in _INSPECTORS)

    def is_for(self, host: str) -> bool:
        """True when one of the names is `host`, or has a star for its first label."""
        wild = "*." + host.partition(".")[2]
        return any(name.casefold() in (host.casefold(), wild.casefold()) for name in self.names)


def read_certificate(der: bytes) -> Shown:
    """Return what a certificate in DER says. Raises ValueError for what is none."""
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    found = x509.load_der_x509_certificate(der)
    wanted = (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)
    parts = [str(a.value) for oid in wanted for a in found.issuer.get_attributes_for_oid(oid)]
    names: list[str] = []
    with contextlib.suppress(x509.ExtensionNotFound):
        extension = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        names += extension.get_values_for_type(x509.DNSName)
        names += [str(address) for address in extension.get_values_for_type(x509.IPAddress)]
    issuer = ", ".join(dict.fromkeys(parts)) or found.issuer.rfc4514_string()
    begins, ends = found.not_valid_before_utc.timestamp(), found.not_valid_after_utc.timestamp()
    return Shown(issuer, begins, ends, tuple(names))


async def look(address: str, proxy: Proxy | None, seconds: float) -> Shown | None:
    """Return the certificate that is shown at `address` although it was not believed, None where none is.

    Only for saying whose it is: the handshake ends at once, and nothing is ever sent over it.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or 443
    writer: asyncio.StreamWriter | None = None
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection(
                *((proxy.host, proxy.port) if proxy else (host, port))
            )
            if proxy:
                writer.write(f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode("ascii"))
                if b" 200 " not in (await reader.readuntil(b"\r\n\r\n")).splitlines()[0] + b" ":
                    return None
            await writer.start_tls(context, server_hostname=host)
            der = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
            return read_certificate(der) if der else None
    except (OSError, TimeoutError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return None
    finally:
        if writer is not None:
            writer.close()
