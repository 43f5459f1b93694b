"""The lock names no package index, and rewriting one takes every name out."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_lock_names_no_host() -> None:
    from setup.lock import hosts, without_hosts

    text = (ROOT / "uv.lock").read_text(encoding="utf-8")
    assert hosts(text) == set()
    assert without_hosts(text) == text


def test_every_package_but_our_own_has_hashes() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    for package in lock["package"]:
        if "editable" in package["source"]:
            continue
        files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
        assert files, package["name"]
        assert all(file["hash"].startswith("sha256:") for file in files), package["name"]


def test_rewriting_takes_out_hosts_ports_users_and_a_mirrors_folders() -> None:
    from setup.lock import hosts, without_hosts

    text = (
        'source = { registry = "https://me:pass@mirror.example:84/team/simple/" }\n'
        'sdist = { url = "https://me:pass@mirror.example:84/a/packages/b/x-1.tar.gz", hash = "sha256:0" }\n'
        '    { url = "http://files.example/deep/x-1-py3-none-any.whl", hash = "sha256:1" },\n'
    )
    assert hosts(text) == {"me:pass@mirror.example:84", "files.example"}
    assert without_hosts(text) == (
        'source = { registry = "https://index.invalid/simple" }\n'
        'sdist = { url = "https://files.invalid/packages/b/x-1.tar.gz", hash = "sha256:0" }\n'
        '    { url = "https://files.invalid/deep/x-1-py3-none-any.whl", hash = "sha256:1" },\n'
    )


def test_qt_that_ends_the_process_is_not_locked_for_python_3_11() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    for package in lock["package"]:
        if package["name"] == "pyside6-essentials" and package["version"] == "6.12.0":
            assert all("< '3.12'" not in marker for marker in package["resolution-markers"])


def test_the_lock_for_node_names_no_registry_and_pins_every_package() -> None:
    text = (ROOT / "tests" / "auth" / "provider" / "package-lock.json").read_text(encoding="utf-8")
    packages = {name: entry for name, entry in json.loads(text)["packages"].items() if name}
    assert len(packages) > 50
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if not entry["integrity"].startswith("sha512-")] == []
