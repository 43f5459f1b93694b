"""Photos of people who do not exist: a small square in a colour of their own, as PNG (REFERENCE §6.2)."""

from __future__ import annotations

import colorsys
import hashlib
import struct
import zlib

from console.simulator.directory import User

SIZES = (48, 64, 96, 120, 240, 360, 432, 504, 648)
"""The sizes Graph keeps."""


def photo_of(user: User, size: int) -> bytes:
    """A PNG of `size` by `size`: a light disc on a ground whose colour follows from the user's id."""
    hue = hashlib.sha256(user.id.encode()).digest()[0] / 256
    ground, disc = _colour(hue, 0.45), _colour(hue, 0.85)
    middle, radius = (size - 1) / 2, size * 0.32
    rows = bytearray()
    for y in range(size):
        rows.append(0)
        reach = radius**2 - (y - middle) ** 2
        half = int(reach**0.5) if reach > 0 else 0
        edge = ground * (size // 2 - half)
        rows += edge + disc * (size % 2 + 2 * half) + edge
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    parts = (b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows))), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _colour(hue: float, lightness: float) -> bytes:
    return bytes(round(part * 255) for part in colorsys.hls_to_rgb(hue, lightness, 0.5))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
