"""The set-up link: whatever is pasted, it means what every reader reads in it, or it is refused."""

from __future__ import annotations

import string

import httpx2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from console.domain.clouds import Cloud
from console.domain.errors import BadSettings, ConsoleError, NotAllowed
from console.settings.layers import Layer, Origin, lay
from console.settings.options import is_safe
from console.settings.setup_link import Setup, origin_of, read_address, read_setup, refuse, write_link

TENANT, CLIENT, API = (f"{n}0000000-0000-4000-8000-00000000000a" for n in "123")
GOOD = f"https://relay.contoso.example/setup#tenant_id={TENANT}&client_id={CLIENT}&relay_app_id={API}"
SETUP = Setup(tenant_id=TENANT, client_id=CLIENT, relay="https://relay.contoso.example", relay_app_id=API)

label = st.from_regex(r"[a-z]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)
hosts = st.lists(label, min_size=1, max_size=4).map(".".join)
ports = st.integers(1, 65_535).filter(lambda port: port != 443)
guids = st.uuids().map(str)
setups = st.builds(
    Setup,
    cloud=st.sampled_from([Cloud.GLOBAL, Cloud.GCC_HIGH, Cloud.DOD]),
    tenant_id=guids | st.just("contoso.example"),
    client_id=guids,
    relay=st.builds(lambda host, port: f"https://{host}{port}", hosts, st.just("") | ports.map(":{}".format)),
    relay_app_id=guids,
)


@given(setups)
def test_what_is_written_is_read(setup: Setup) -> None:
    assert read_setup(write_link(setup)) == setup
    assert read_setup(f"  <{write_link(setup)}>\n") == setup
    assert read_setup("\n".join(f'{name} = "{value}"' for name, value in setup.values.items())) == setup


@given(setups, st.data())
def test_a_changed_link_is_refused_or_means_what_it_shows(setup: Setup, data: st.DataObject) -> None:
    link = write_link(setup)
    at = data.draw(st.integers(0, len(link)))
    put = data.draw(st.text(st.characters(min_codepoint=1, max_codepoint=0x2FFF), max_size=3))
    cut = data.draw(st.integers(0, 3))
    agrees(link[:at] + put + link[at + cut :])


@given(st.text(max_size=300) | st.text(string.printable, max_size=300))
@example("https://relay.contoso.example\\@evil.example/setup#" + GOOD.partition("#")[2])
@example("https://relay.contoso.example@evil.example/setup#" + GOOD.partition("#")[2])
@example("https://rela\u212a.example/setup#" + GOOD.partition("#")[2])
@example("https://0x7f.1/setup#" + GOOD.partition("#")[2])
@example("https://[::1/setup#" + GOOD.partition("#")[2])
@example("https://relay\t.example/setup#" + GOOD.partition("#")[2])
@example("relay = 1")
@example('relay = "https://[::"\ntenant_id = "x.yz"\nclient_id = "1"')
def test_anything_is_refused_in_a_sentence_or_is_safe(text: str) -> None:
    agrees(text)


def agrees(text: str) -> None:
    try:
        setup = read_setup(text)
    except ConsoleError as error:
        assert isinstance(error, BadSettings) and str(error.sentence)
        return
    if setup.relay:
        assert is_safe(setup.relay) and origin_of(setup.relay) == setup.relay
        believed = httpx2.URL(setup.relay)
        assert f"{believed.scheme}://{believed.netloc.decode()}" == setup.relay
        assert setup.relay in text.lower(), "nothing else than what can be read"
    assert setup.relay or setup.cloud is Cloud.CHINA


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "no link here"),
        ("x" * 3000, "too long"),
        ("https://relay.contoso.example/setup", "not a set-up link"),
        ("https://relay.contoso.example/#tenant_id=1", "not a set-up link"),
        (GOOD.replace("/setup#", "/setup?x=1#"), "not a set-up link"),
        (GOOD.replace("https", "http"), "must be reached by https"),
        (GOOD.replace("https", "ftp"), "not a set-up link"),
        (GOOD + "&client_id=" + TENANT, "damaged"),
        (GOOD + "&browser_command=calc", "cannot set 'browser_command'"),
        (GOOD + "&authority=https://evil.example/x", "cannot set 'authority'"),
        (GOOD.replace(CLIENT, "1"), "client_id"),
        (GOOD.replace(TENANT, "x"), "tenant_id"),
        (GOOD.replace(f"&relay_app_id={API}", ""), "relay_app_id"),
        (GOOD + "&cloud=moon", "cloud must be"),
        (GOOD + "&cloud=china", "no relay either"),
        ('ca_file = "/tmp/evil.pem"', "cannot set 'ca_file'"),
        (
            f'relay = "https://des\u212a.example"\ntenant_id = "{TENANT}"\nclient_id = "{CLIENT}"',
            "of relay is",
        ),
        (GOOD.replace(".example", ".example.1"), "relay"),
        (GOOD.replace(".example", "..example"), "relay"),
        (GOOD.replace(".example/", ".example:70000/"), "relay"),
    ],
)
def test_what_is_wrong_is_said(text: str, named: str) -> None:
    with pytest.raises(BadSettings, match=named):
        read_setup(text)


def test_a_loopback_relay_may_do_without_tls_and_china_has_none() -> None:
    assert (
        read_setup(GOOD.replace("https://relay.contoso.example", "http://127.0.0.1:8080")).relay
        == "http://127.0.0.1:8080"
    )
    china = read_setup(f'cloud = "china"\ntenant_id = "{TENANT}"\nclient_id = "{CLIENT}"')
    assert (china.cloud, china.relay) == (Cloud.CHINA, "")
    assert read_setup(GOOD.replace(".example/", ".example:443/")) == SETUP


@pytest.mark.parametrize(
    ("text", "relay"),
    [
        ("https://relay.contoso.example", "https://relay.contoso.example"),
        (" <https://Relay.Contoso.example:443/> ", "https://relay.contoso.example"),
        ("relay.contoso.example", "https://relay.contoso.example"),
        ("relay.contoso.example:8443/", "https://relay.contoso.example:8443"),
        ("https://relay.contoso.example/setup", "https://relay.contoso.example"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("", None),
        (GOOD, None),
        ("https://relay.contoso.example/desk", None),
        ("https://relay.contoso.example?x", None),
        ("https://lena@relay.contoso.example", None),
        ("https://relay.contoso.example\n.evil.example", None),
        ("https://relay.contos\u043e.example", None),
        ("ftp://relay.contoso.example", None),
        ('cloud = "china"', None),
    ],
)
def test_the_address_of_a_relay_and_nothing_else_is_one(text: str, relay: str | None) -> None:
    assert read_address(text) == relay


@pytest.mark.parametrize(
    "text", ["http://relay.contoso.example", "https://relay..example", "0x7f.1", "a:70000"]
)
def test_an_address_that_no_relay_may_have(text: str) -> None:
    with pytest.raises(BadSettings, match=r"reached by https|value of relay"):
        read_address(text)


@given(st.text(max_size=60) | st.from_regex(r"(https?://)?[a-z0-9.\[\]:@/-]{1,40}", fullmatch=True))
def test_every_address_is_safe_and_what_can_be_read(text: str) -> None:
    try:
        relay = read_address(text)
    except BadSettings:
        return
    if relay is not None:
        assert is_safe(relay) and origin_of(relay) == relay
        believed = httpx2.URL(relay)
        assert f"{believed.scheme}://{believed.netloc.decode()}" == relay
        assert relay.partition("://")[2] in text.lower()


@pytest.mark.parametrize("origin", [Origin.POLICY, Origin.ENVIRONMENT, Origin.FILE])
def test_no_link_moves_a_relay_that_an_administrator_set(origin: Origin) -> None:
    there = lay([Layer(origin, "place", {"relay": "https://other.example"})])
    for anew in (False, True):
        with pytest.raises(NotAllowed, match=r"belongs to https://other.example; the link is for"):
            refuse(SETUP, there, anew=anew)
    refuse(SETUP, lay([Layer(origin, "place", {"relay": "https://RELAY.contoso.example:443/"})]))
    with pytest.raises(NotAllowed, match="sets client_id to something else than place does"):
        refuse(SETUP, lay([Layer(origin, "place", {"client_id": TENANT})]))


def test_another_relay_than_the_one_of_the_first_link_must_be_meant() -> None:
    there = lay([Layer(Origin.KEPT, "place", {**SETUP.values, "relay": "https://other.example"})])
    with pytest.raises(NotAllowed, match=r"set up for https://other.example before"):
        refuse(SETUP, there)
    refuse(SETUP, there, anew=True)
    refuse(SETUP, lay([Layer(Origin.KEPT, "place", SETUP.values)]))
    refuse(SETUP, lay([]))
