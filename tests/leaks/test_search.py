"""The search for secrets finds each kind in each shape, and nothing where there is nothing."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.leaks.secrets_of import needles_of, scan, scan_folder, secrets_of

JWT = f"eyJhbGciOiJSUzI1NiJ9.{'Y2xhaW1z' * 9}.{'c2lnbmF0dXJl' * 9}"
OPAQUE = "1.AVQA_" + "abcdefghij" * 6 + "~end/of+it="
KEY = bytes(range(100, 132))
NEEDLES = needles_of(
    {"access token": frozenset({JWT}), "code": frozenset({OPAQUE})}, [KEY], ["+442079460123"]
)


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("access token", JWT.encode()),
        ("access token", f"token={JWT[:-60]}…".encode()),
        ("access token", JWT.rpartition(".")[2].encode()),
        ("access token", JWT.encode("utf-16")),
        ("access token", base64.b64encode(f'{{"secret": "{JWT}"}}'.encode())),
        ("code", json.dumps({"code": OPAQUE}).encode()),
        ("code", quote(OPAQUE, safe="").encode()),
        ("code", f"{OPAQUE[:24]}...".encode()),
        ("code", f"...{OPAQUE[-24:]}".encode()),
        ("key", b"\0" + KEY + b"\0"),
        ("key", KEY.hex().encode()),
        ("key", KEY.hex().upper().encode()),
        ("key", base64.b64encode(KEY)),
        ("key", base64.urlsafe_b64encode(KEY).rstrip(b"=")),
        ("key", repr(KEY).encode()),
        ("key", str(list(KEY)).encode()),
        ("caller's number", b"tel:+442079460123"),
        ("caller's number", b"+44 20 7946 0123"),
        ("caller's number", b"(020) 7946-0123"),
        ("caller's number", b"phone=%2B442079460123"),
    ],
)
def test_every_shape_is_found(tmp_path: Path, kind: str, written: bytes) -> None:
    (tmp_path / "log").write_bytes(b"before " + written + b" after")
    assert {leak.kind for leak in scan_folder(tmp_path, NEEDLES)} == {kind}


def test_names_of_files_are_searched_too(tmp_path: Path) -> None:
    (tmp_path / "442079460123.txt").touch()
    assert {leak.kind for leak in scan_folder(tmp_path, NEEDLES)} == {"caller's number"}


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    other = JWT.replace("Y2xhaW1z", "b3RoZXIg").replace("c2lnbmF0dXJl", "YW5vdGhlcm9u")
    text = f"{other} 1.AVQA_ {KEY[::-1].hex()} +442079460124 07:00:20 7946 0122".encode()
    assert scan(text, "log", NEEDLES) == set()


def test_secrets_are_taken_from_wherever_they_stand(tmp_path: Path) -> None:
    exchange = {
        "url": f"https://login.example/authorize?state={'s' * 20}&code_challenge={'p' * 43}",
        "headers": {"authorization": f"Bearer {JWT}"},
        "sent": f"grant_type=authorization_code&code={'c' * 30}&code_verifier={'v' * 43}&client_id=short",
        "got": json.dumps(
            {"access_token": "a" * 30, "inner": [{"refresh_token": "r" * 30}], "state": "x" * 30}
        ),
    }
    page = {**exchange, "sent": "", "got": f'<input type="hidden" name="code" value="{"d" * 30}">'}
    lines = "".join(json.dumps({"kind": "traffic", **one}) + "\n" for one in (exchange, page))
    (tmp_path / "traffic-1.jsonl").write_text(lines)
    assert secrets_of(tmp_path) == {
        "state": {"s" * 20},
        "bearer token": {JWT},
        "authorization code": {"c" * 30, "d" * 30},
        "code verifier": {"v" * 43},
        "access token": {"a" * 30},
        "refresh token": {"r" * 30},
    }
