"""A text as sealed bytes and back: AES-256-GCM, bound to the place where it lies. Pure."""

from __future__ import annotations

import os

MAGIC = b"OCS1"
KEY = 32
NONCE = 12
TAG = 16
SHORTEST = len(MAGIC) + NONCE + TAG


class Spoiled(Exception):
    """These bytes were not made with this key for this place, or not all of them are there."""


def draw_key() -> bytes:
    return os.urandom(KEY)


def seal(key: bytes, place: str, text: str) -> bytes:
    """Return the text as magic, nonce, ciphertext and tag. Every call draws a nonce of its own."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(NONCE)
    return MAGIC + nonce + AESGCM(key).encrypt(nonce, text.encode(), MAGIC + place.encode())


def unseal(key: bytes, place: str, sealed: bytes) -> str:
    """Return the text.

    Raises:
        Spoiled: any bit differs, a byte is missing or too many, the key or the place is another.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if len(sealed) < SHORTEST or not sealed.startswith(MAGIC):
        raise Spoiled
    nonce, body = sealed[len(MAGIC) : len(MAGIC) + NONCE], sealed[len(MAGIC) + NONCE :]
    try:
        return AESGCM(key).decrypt(nonce, body, MAGIC + place.encode()).decode()
    except (InvalidTag, UnicodeDecodeError) as error:
        raise Spoiled from error
