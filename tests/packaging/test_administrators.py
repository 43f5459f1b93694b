"""The administrator's guide is true: every command, setting, permission, path and file in it is read and held
against the programs."""

from __future__ import annotations

import argparse
import plistlib
import re
import shlex
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path, PurePosixPath

import pytest

from console import __main__ as console_command
from console.checks.examination import CHECKS
from console.domain.clouds import Cloud
from console.graph.clouds import profile_of
from console.graph.guide import consents_page
from console.graph.operations import Identity
from console.graph.pages import Format, written
from console.language import CHINESE, load
from console.relay import __main__ as relay_command
from console.relay.changes.marks import GRAPH, LIFECYCLE
from console.relay.checking import find_problems
from console.relay.operations import VERSION
from console.relay.settings import Settings
from console.relay.settings import load as load_relay
from console.settings import places
from console.settings.layers import Layer, Origin, lay
from console.settings.loading import PREFIX
from console.settings.options import Options, check
from console.settings.policy import read_policy_files, read_registry, read_toml
from console.settings.setup_link import setup_of
from tests.relay.test_setup import OPEN

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "packaging" / "ADMINISTRATORS.md"
TEXT = GUIDE.read_text("utf-8")
PLAIN = re.sub(r"\s+", " ", TEXT)
WORDS = frozenset(re.findall(r"`([^`\n]+)`", TEXT))
OPTIONS = {f.name for f in fields(Options)}
SETTINGS = {f.name for f in fields(Settings)}


def block(kind: str) -> str:
    """The one code block with this word behind its fence, without the list's indent."""
    (found,) = re.findall(rf"^( *)```{kind}\n(.*?)^ *```", TEXT, re.MULTILINE | re.DOTALL)
    indent, body = found
    return "".join(line.removeprefix(indent) for line in body.splitlines(keepends=True))


def commands(program: str) -> list[list[str]]:
    """The arguments of every call of `program`, in a block or within a line."""
    found = re.findall(rf"`({program} [^`]+)`", PLAIN) + re.findall(rf"^({program} .*)$", TEXT, re.MULTILINE)
    return [shlex.split(call.partition(" > ")[0])[1:] for call in found]


def test_every_command_and_its_options_exist(capsys: pytest.CaptureFixture[str]) -> None:
    parsers: dict[str, Callable[[], argparse.ArgumentParser]] = {
        "operator-console": lambda: console_command._parser(str),
        "operator-relay": relay_command._parser,
    }
    for program, parser in parsers.items():
        calls = commands(program)
        assert len(calls) >= 6, program
        for arguments in calls:
            try:
                parser().parse_args(arguments)
            except SystemExit as end:
                assert end.code == 0, (program, arguments, capsys.readouterr().err)


def test_every_name_that_looks_like_a_setting_is_one() -> None:
    others = {"access_as_operator"}
    named = {word.partition(" = ")[0] for word in WORDS if re.fullmatch(r"[a-z]+(_[a-z]+)+( = \w+)?", word)}
    assert named - OPTIONS - SETTINGS == others & named and len(named) > 25
    assert f"{PREFIX}RELAY" in WORDS


def test_the_relays_settings_are_all_that_it_needs(tmp_path: Path) -> None:
    file = tmp_path / "relay.toml"
    file.write_text(block("toml relay"), "utf-8")
    settings = load_relay(file, {})
    lacking = find_problems(settings)
    assert all("there is no file" in problem for problem in lacking) and lacking
    for name in block("toml relay").splitlines():
        key = name.partition(" = ")[0]
        empty = replace(settings, **{key: getattr(Settings(), key)})
        if key != "data_dir":  # everything else in the block is really needed
            assert find_problems(empty) != lacking, key


def test_every_way_to_set_a_desk_gives_the_same_desk() -> None:
    wanted = setup_of(lay([Layer(Origin.FILE, "x", read_toml("x", block("toml console").encode()))]).options)
    registry = block("reg")
    (key,) = re.findall(r"^\[HKEY_LOCAL_MACHINE\\(.+)\]$", registry, re.MULTILINE)
    values: dict[str, object] = dict(re.findall(r'^"(\w+)"="(.*)"$', registry, re.MULTILINE))
    values |= {name: int(n, 16) for name, n in re.findall(r'^"(\w+)"=dword:(\w+)$', registry, re.MULTILINE)}
    assert key == places.POLICY_KEY

    def read_key(hive: str, path: str) -> dict[str, object] | None:
        return values if (hive, path) == ("HKLM", key) else None

    plist = block("xml").encode()
    mac = places.policy_files({}, "darwin")[-1]
    for layers in (
        read_registry(read_key),
        read_policy_files([mac], lambda file: plist if file == mac else None),
    ):
        options = check(lay(layers).options)
        assert setup_of(options) == wanted and options.lock_minutes == 10 and options.keep_sign_in
    assert set(plistlib.loads(plist)) <= OPTIONS


def test_every_place_is_where_the_console_looks() -> None:
    for place in (
        *places.policy_files({}, "linux"),
        places.policy_files({}, "darwin")[-1],
        *(places.default_file({}, platform) for platform in ("linux", "darwin")),
    ):
        assert str(place) in WORDS, place
    windows = places.default_file({"PROGRAMDATA": "%PROGRAMDATA%"}, "win32")
    assert str(windows) in WORDS and places.POLICY_DOMAIN in WORDS
    assert rf"HKLM\{places.POLICY_KEY}" in WORDS and rf"HKCU\{places.POLICY_KEY}" in WORDS


def test_every_permission_is_asked_for_and_none_of_every_desk_is_missing() -> None:
    page = written(consents_page(tuple(Identity), profile_of(Cloud.GLOBAL)), Format.MARKDOWN)
    named = {word for word in WORDS if re.fullmatch(r"[A-Z]\w+(\.[A-Z]\w+)+", word)}
    assert {name for name in named if f"| {name} |" not in page} == set()
    every_desk = {row.split(" | ")[0].strip("| ") for row in page.splitlines() if "| every desk |" in row}
    assert {name for name in every_desk if "." in name} <= named
    for cloud in Cloud:
        assert f'`"{cloud}"`' in TEXT


def test_every_path_is_the_relays() -> None:
    """OPEN is held against a running relay in tests/relay/test_setup.py."""
    paths = {*OPEN, f"{GRAPH}/", f"{LIFECYCLE}/", f"{VERSION}/stream"}
    named = {word for word in WORDS if re.fullmatch(r"/(hooks|prompts|health|setup|v1\.0)[\w/.]*", word)}
    assert {n for n in named if not any(p == n or p.startswith(f"{n}/") for p in paths)} == set()
    assert {GRAPH, LIFECYCLE, "/hooks/calls", "/setup", "/prompts"} <= named
    urls = re.findall(r"`https://relay\.contoso\.example(/[\w/.]+)`", TEXT)
    assert len(urls) == 3 and set(urls) <= set(OPEN)


def test_what_the_checks_say_is_said_so() -> None:
    known = load(CHINESE).sentences
    quoted = re.findall(r"^\| ([A-Z][^|]+\.) \|", TEXT, re.MULTILINE)
    assert len(quoted) == 4 and all(sentence in known for sentence in quoted)
    listed = re.search(r"in a terminal: (.+?)\.", PLAIN)
    assert listed is not None
    names = re.split(r", ", listed[1].replace("permissions, a test event", "permissions, test event"))
    assert names == [str(check.title).lower() for check in CHECKS]


def test_every_link_leads_somewhere_and_nothing_real_is_named() -> None:
    for link in re.findall(r"\]\(([^)#]+)", TEXT):
        assert (GUIDE.parent / PurePosixPath(link)).exists(), link
    hosts = set(re.findall(r"https?://([\w.-]+)", TEXT))
    assert hosts == {"relay.contoso.example", "localhost", "www.apple.com"}
    assert len(TEXT.splitlines()) <= 200
    for page in ("README.md", "console/auth/README.md"):
        assert "packaging/ADMINISTRATORS.md" in (ROOT / page).read_text("utf-8"), page
