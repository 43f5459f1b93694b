"""Photos: PNG files in the sizes Graph keeps."""

import struct
import zlib


def size_of(png):
    """Width and height, after checking that every row is there."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    start = png.index(b"IDAT")
    (length,) = struct.unpack(">I", png[start - 4 : start])
    assert len(zlib.decompress(png[start + 4 : start + 4 + length])) == height * (1 + 3 * width)
    return width, height


async def test_a_photo_in_its_sizes(desk, user_headers):
    one = f"/users/{desk.users[3].id}"
    answer = await desk.graph("GET", f"{one}/photo/$value", headers=user_headers())
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert size_of(answer.content) == (648, 648)
    small = await desk.graph("GET", f"{one}/photos/48x48/$value", headers=user_headers())
    assert size_of(small.content) == (48, 48)
    other = await desk.graph("GET", "/me/photo/$value", headers=user_headers(0, "User.Read"))
    assert other.content != answer.content
    assert (await desk.graph("GET", f"{one}/photos/1x1/$value", headers=user_headers())).status_code == 400


async def test_not_everybody_has_one(desk, user_headers):
    path = f"/users/{desk.users[11].id}/photo/$value"
    answer = await desk.graph("GET", path, headers=user_headers())
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "ImageNotFound")
    narrow = user_headers(0, "Presence.Read.All")
    assert (await desk.graph("GET", path, headers=narrow)).status_code == 403


async def test_a_photo_in_a_batch_is_base64(desk, user_headers):
    body = {"requests": [{"id": "1", "method": "GET", "url": f"/users/{desk.users[3].id}/photo/$value"}]}
    answer = await desk.graph("POST", "/$batch", body, headers=user_headers())
    assert answer.json()["responses"][0]["body"].startswith("iVBOR")
