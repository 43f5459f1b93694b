"""Which certificate authorities we believe: the computer's own, and at most one file more."""

from __future__ import annotations

import ssl
from pathlib import Path

from console.domain.text import Text

from .errors import Misconfigured


def build_context(ca_file: Path | None = None) -> ssl.SSLContext:
    """A verifying TLS client context. There is no way to turn verification off.

    Raises:
        Misconfigured: the extra file cannot be read or holds no certificate.
    """
    import truststore

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except OSError as error:
            raise Misconfigured(
                Text("The certificate file {file} cannot be used.", file=ca_file.name),
                "Set the path of a PEM file with a certificate authority, or clear the setting.",
            ) from error
    return context
