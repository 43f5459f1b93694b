"""Resources are found by name in every layout, and a missing one is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from console import resources


def test_an_icon_is_found_and_read() -> None:
    assert resources.path("icons/mic-off.svg").name == "mic-off.svg"
    assert resources.read_text("icons/mic-off.svg").startswith("<svg")
    assert resources.read_bytes("prompts/hold.wav")[:4] == b"RIFF"


def test_a_folder_is_a_resource_too() -> None:
    assert resources.path("icons").is_dir()


def test_a_missing_resource_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"icons/no-such-icon\.svg"):
        resources.path("icons/no-such-icon.svg")


@pytest.mark.parametrize("name", ["", "../pyproject.toml", "/etc/hosts", "icons\\mic.svg"])
def test_only_names_below_the_resources_are_taken(name: str) -> None:
    with pytest.raises(ValueError, match="A resource is named like"):
        resources.path(name)


def test_each_layout_has_its_place(tmp_path: Path) -> None:
    package = tmp_path / "console"
    package.mkdir()
    assert resources._candidates(package, None) == [package / "_resources"]
    (tmp_path / "pyproject.toml").touch()
    assert resources._candidates(package, None) == [tmp_path / "resources"]
    assert (
        resources._candidates(package, str(tmp_path / "app"))[0]
        == tmp_path / "app" / "console" / "_resources"
    )
