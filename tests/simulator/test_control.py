"""The control interface, the page and the scenes."""

import itertools
from importlib.resources import files

import pytest

from console.simulator.faults import Faults
from console.simulator.limits import LIMITS
from console.simulator.scenes import names, read_script


async def test_health_says_where_everything_is(desk):
    health = (await desk.sim("GET", "/health")).json()
    assert health["status"] == "ok"
    assert health["graph_url"] == desk.running.graph_url
    assert health["webhook"] == desk.hook.url


async def test_time_can_be_moved_and_sped_up(desk):
    before = (await desk.sim("GET", "/health")).json()["now"]
    answer = (await desk.sim("POST", "/clock", {"advance": 60})).json()
    assert answer["now"] == before + 60
    assert (await desk.sim("POST", "/clock", {"speed": 2.5})).json()["speed"] == 2.5
    assert (await desk.sim("POST", "/clock", {"speed": -1})).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"caller": {}},
        {"caller": {"name": "A"}, "line": "No line"},
        {"caller": {"name": "A"}, "patience": "long"},
        {"caller": {"name": "A"}, "with": ["nobody"]},
    ],
)
async def test_a_call_that_cannot_be_placed(desk, body):
    answer = await desk.sim("POST", "/calls", body)
    assert answer.status_code == 400
    assert answer.json()["error"]


async def test_a_line_has_a_name_an_id_and_a_number(desk):
    line = desk.running.directory.lines[1]
    for name in (line.id, line.display_name, line.phone):
        call = (await desk.sim("POST", "/calls", {"caller": {"name": "A"}, "line": name})).json()["id"]
        assert (await desk.truth(call))["line"]["name"] == "Sales line"


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}])
async def test_strange_pages_may_not_steer(desk, headers):
    answer = await desk.http.get(f"{desk.running.base_url}/sim/calls", headers=headers)
    assert answer.status_code == 403


async def test_only_json_is_read(desk):
    url = f"{desk.running.base_url}/sim/calls"
    assert (
        await desk.http.post(url, content=b"{}", headers={"Content-Type": "text/plain"})
    ).status_code == 415
    headers = {"Content-Type": "application/json"}
    assert (await desk.http.post(url, content=b"{", headers=headers)).status_code == 400
    assert (await desk.http.post(url, content=b"[]", headers=headers)).status_code == 400


@pytest.mark.parametrize("url", ["http://relay.example.net/", "nonsense", 3])
async def test_a_webhook_must_be_https_or_here(desk, url):
    assert (await desk.sim("PUT", "/webhook", {"url": url})).status_code == 400


async def test_people_are_known_and_can_be_told_what_to_do(desk):
    anna = desk.users[3]
    await desk.sim("PUT", f"/people/{anna.id}", {"behaviour": "busy", "delay": 3})
    shown = {person["name"]: person for person in (await desk.sim("GET", "/people")).json()}
    assert (shown["Anna Berg"]["behaviour"], shown["Anna Berg"]["delay"]) == ("busy", 3)
    assert shown["Mei Tan"]["behaviour"] == "away"
    assert (await desk.sim("PUT", f"/people/{anna.id}", {"behaviour": "sings"})).status_code == 400
    call = await desk.talk()
    assert (await desk.sim("POST", f"/people/{anna.id}/leave", {"callId": call})).status_code == 404
    assert (await desk.sim("POST", f"/people/{anna.id}/leave", {})).status_code == 400


async def test_leaving_while_it_rings_declines(desk):
    call = await desk.talk()
    operation = (await desk.invite(call, 3)).json()["id"]
    await desk.sim("POST", f"/people/{desk.users[3].id}/leave", {"callId": call})
    await desk.pass_time()
    assert desk.operation(call, operation)["resultInfo"]["code"] == 486


async def test_the_page_brings_its_own_script_and_nothing_else(desk):
    page = await desk.http.get(desk.running.base_url)
    assert page.headers["content-type"].startswith("text/html")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    script = await desk.http.get(f"{desk.running.base_url}/page.js")
    assert "innerHTML" not in script.text
    assert "textContent" in script.text


async def play(desk, name, seconds):
    """Plays a scene from its start; the callers with the second each arrived."""
    known = {call["id"] for call in (await desk.sim("GET", "/calls")).json()}
    start = desk.simulator.clock.now()
    assert (await desk.sim("PUT", "/scene", {"name": name})).json()["name"] == name
    await desk.pass_time(seconds)
    await desk.sim("PUT", "/scene", {"name": None})
    calls = [call for call in (await desk.sim("GET", "/calls")).json() if call["id"] not in known]
    return [(round(call["startedAt"] - start, 3), call["caller"]["name"]) for call in calls]


@pytest.mark.parametrize("name", names())
async def test_a_scene_brings_the_same_callers_again(desk, name):
    first = await play(desk, name, 600)
    assert len(first) >= 3
    assert await play(desk, name, 600) == first


async def test_an_unknown_scene_is_refused(desk):
    assert (await desk.sim("PUT", "/scene", {"name": "opera"})).status_code == 400


def test_the_scenes_hold_names_that_break_things():
    callers = [role.who for name in names() for role in read_script(name).roles]
    assert any("<b>" in str(who.get("name")) and "&" in str(who.get("name")) for who in callers)
    assert any(who.get("withheld") for who in callers)
    assert any("phone" in who and "name" not in who for who in callers)
    for who in callers:
        phone = str(who.get("phone", "+14255550100"))
        assert phone.startswith(("+142555501", "+442079460")), phone


async def test_quiet_morning_is_quiet(desk):
    moments = [moment for moment, _ in await play(desk, "quiet-morning", 600)]
    gaps = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert all(20 <= gap <= 40 for gap in gaps)


def test_every_fault_and_every_limit_is_in_the_readme():
    readme = files("console.simulator").joinpath("README.md").read_text("utf-8")
    assert [name for name in Faults.__dataclass_fields__ if f"`{name}`" not in readme] == []
    assert [limit.name for limit in LIMITS if limit.name not in readme] == []
