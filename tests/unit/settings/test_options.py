"""Options: what is wrong is named, with the mend."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from console.domain.clouds import Cloud
from console.domain.errors import BadSettings
from console.settings.loading import Computer, gather
from console.settings.options import check, template

GOOD = """
relay = "https://relay.example.com"
authority = "https://login.example.com/tenant"
client_id = "c"
relay_app_id = "r"
"""


def options(tmp_path: Path, text: str, **environment: str):  # type: ignore[no-untyped-def]
    file = tmp_path / "console.toml"
    file.write_text(text, "utf-8")
    return check(gather(file, Computer({"HOME": str(tmp_path), **environment}, "linux")).options)


def test_a_file_and_the_environment_are_read(tmp_path: Path) -> None:
    found = options(
        tmp_path, GOOD, OPERATOR_CONSOLE_UNDO_SECONDS="1.5", OPERATOR_CONSOLE_BROWSER_COMMAND="a b"
    )
    assert (found.relay, found.undo_seconds, found.browser_command) == (
        "https://relay.example.com",
        1.5,
        ("a", "b"),
    )


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "relay is not set"),
        (GOOD + 'colour = "red"', "colour"),
        (GOOD.replace("https://relay", "http://relay"), "no https address"),
        (GOOD + "undo_seconds = 60", "undo_seconds"),
        (GOOD + 'sign_in_at_start = "perhaps"', "sign_in_at_start"),
        (GOOD + 'ca_file = "/nowhere/ca.pem"', "ca_file"),
        (GOOD + 'cloud = "gcc"', "for GCC too"),
        (GOOD + 'graph_root = "graph"', "no https address"),
        (GOOD.replace("authority", "# authority"), "tenant_id is not set"),
        ("relay = ", "not valid TOML"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(BadSettings, match=named):
        options(tmp_path, text)


def test_http_is_allowed_to_this_computer_only(tmp_path: Path) -> None:
    text = GOOD.replace("https://relay.example.com", "http://127.0.0.1:8080")
    assert options(tmp_path, text).relay == "http://127.0.0.1:8080"


def test_a_cloud_needs_a_tenant_and_china_no_relay(tmp_path: Path) -> None:
    text = 'cloud = "china"\ntenant_id = "t"\nclient_id = "c"'
    found = options(tmp_path, text)
    assert (found.cloud, found.relay, found.authority, found.graph_root) == (Cloud.CHINA, "", "", "")
    with pytest.raises(BadSettings, match="relay is not set"):
        options(tmp_path, text, OPERATOR_CONSOLE_CLOUD="dod")


def test_the_template_documents_every_option_and_is_toml() -> None:
    text = template()
    uncommented = "\n".join(line.removeprefix("# ") for line in text.splitlines() if " = " in line)
    assert set(tomllib.loads(uncommented)) >= {"cloud", "relay", "undo_seconds", "browser_command"}
