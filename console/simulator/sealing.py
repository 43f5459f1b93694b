"""Seals resource data for one subscriber, as rich notifications carry it (REFERENCE §6.4)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding as asymmetric
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import Encoding

from console.simulator import errors
from console.simulator.identities import Json


def read_certificate(encoded: str) -> x509.Certificate:
    """The certificate of `encryptionCertificate`: base64 of DER, with an RSA key. Raises 400."""
    try:
        certificate = x509.load_der_x509_certificate(base64.b64decode(encoded, validate=True))
    except ValueError as wrong:
        raise errors.bad_request("encryptionCertificate is not a certificate.") from wrong
    if not isinstance(certificate.public_key(), RSAPublicKey):
        raise errors.bad_request("encryptionCertificate must have an RSA key.")
    return certificate


def seal(data: Json, encoded: str, certificate_id: str) -> Json:
    """The `encryptedContent`: AES-CBC under a fresh key, which only the certificate's owner can read."""
    certificate = read_certificate(encoded)
    public = certificate.public_key()
    assert isinstance(public, RSAPublicKey)  # noqa: S101 - checked by read_certificate
    key = secrets.token_bytes(32)
    padder = PKCS7(128).padder()
    plain = padder.update(json.dumps(data).encode()) + padder.finalize()
    cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    sealed = cipher.update(plain) + cipher.finalize()
    # Graph uses OAEP with SHA-1, which is not broken for this purpose.
    oaep = asymmetric.OAEP(asymmetric.MGF1(SHA1()), SHA1(), None)  # noqa: S303
    return {
        "data": base64.b64encode(sealed).decode(),
        "dataKey": base64.b64encode(public.encrypt(key, oaep)).decode(),
        "dataSignature": base64.b64encode(hmac.digest(key, sealed, "sha256")).decode(),
        "encryptionCertificateId": certificate_id,
        "encryptionCertificateThumbprint": hashlib.sha1(  # noqa: S324 - the name of a certificate
            certificate.public_bytes(Encoding.DER)
        )
        .hexdigest()
        .upper(),
    }
