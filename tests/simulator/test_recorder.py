"""The recorder's two doors, what it keeps, and what it says about differences."""

import asyncio
import json
import stat
import sys

import httpx2
import pytest

from console.simulator.__main__ import main
from console.simulator.recording.command import recording
from console.simulator.recording.comparing import compare, own_exchanges
from console.simulator.recording.exchanges import Exchange, Message, read, write
from console.simulator.recording.notebook import Notebook
from console.simulator.recording.proxy import LARGEST, read_origin
from console.simulator.recording.redaction import Redactor
from tests.simulator.conftest import APP


@pytest.fixture
async def recorded(desk, tmp_path):
    """A recorder between a test and the simulator, and the folder that it fills."""
    relay = desk.hook.url.removesuffix("/hook")
    async with (
        recording(tmp_path / "kept", to=desk.running.base_url, relay=relay, hooks="/hook") as running,
        httpx2.AsyncClient(trust_env=False) as http,
    ):
        desk.simulator.options.webhook = f"{running.tap}/hook/calls"
        yield running, http, tmp_path / "kept"


def files(folder):
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())


async def test_first_of_each_kind_is_kept_for_this_user_only(desk, recorded):
    running, http, folder = recorded
    call = await desk.ring()
    assert files(folder) == ["notifications/call.incoming.http"]
    for id in (call, call, "nobody-here", "nobody-else"):
        await http.get(f"{running.graph_root}/communications/calls/{id}", headers=APP)
    await http.get(f"{running.graph_root}/communications/calls/{call}")
    assert files(folder) == [
        "calls/get.401.InvalidAuthenticationToken.http",
        "calls/get.404.itemNotFound.http",
        "calls/get.http",
        "notifications/call.incoming.http",
    ]
    for file in folder.rglob("*"):
        assert stat.S_IMODE(file.stat().st_mode) == (0o700 if file.is_dir() else 0o600)
        assert file.is_dir() or call not in file.read_text()


async def test_a_second_run_keeps_what_is_there(desk, tmp_path):
    for _ in range(2):
        async with recording(tmp_path, to=desk.running.base_url) as running, httpx2.AsyncClient() as http:
            await http.get(f"{running.graph_root}/me")
        file = tmp_path / "users/me.401.InvalidAuthenticationToken.http"
        assert "InvalidAuthenticationToken" in file.read_text()
        file.write_text("mine InvalidAuthenticationToken")
    assert file.read_text().startswith("mine")


async def test_what_graph_answers_comes_back_whole(desk, recorded, user_headers):
    running, http, _ = recorded
    direct = await desk.graph("GET", "/users?$top=2&$count=true", headers=user_headers())
    through = await http.get(f"{running.graph_root}/users?$top=2&$count=true", headers=user_headers())
    own, theirs = running.graph, desk.running.base_url
    assert through.json()["value"] == direct.json()["value"]
    assert through.json()["@odata.nextLink"] == direct.json()["@odata.nextLink"].replace(theirs, own)
    assert through.headers["request-id"]
    assert (await http.get(through.json()["@odata.nextLink"], headers=user_headers())).status_code == 200
    path = f"/users/{desk.users[0].id}/photo/$value"
    photo = await http.get(running.graph_root + path, headers=user_headers(scopes="ProfilePhoto.Read.All"))
    assert photo.content.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/v1.0/me", {"Origin": "https://evil.example"}, 403),
        ("/v1.0/me", {"Host": "evil.example"}, 403),
        ("/v1.0/%2e%2e/sim/calls", {}, 400),
        ("/sim/health", {}, 404),
        ("/beta/me", {}, 404),
        ("/", {}, 404),
    ],
)
async def test_the_door_for_programs_is_for_programs_and_for_graph_only(
    desk, recorded, path, headers, status
):
    running, http, folder = recorded
    before = len(desk.simulator.requests.since(0))
    request = http.build_request("GET", running.graph + path, headers=headers)
    assert (await http.send(request)).status_code == status
    assert len(desk.simulator.requests.since(0)) == before
    assert files(folder) == []


async def test_the_door_for_the_tunnel_hands_on_notifications_only(desk, recorded):
    running, http, _ = recorded
    posts = len(desk.hook.posts)
    assert (await http.get(f"{running.tap}/hook/calls")).status_code == 405
    for path in ("/", "/v1.0/me", "/sim/health", "/hook/%2e%2e/v1.0/me"):
        assert (await http.post(running.tap + path, json={})).status_code in (400, 404)
    assert len(desk.hook.posts) == posts
    public = {"Host": "relay.example", "Authorization": "Bearer theirs"}
    answer = await http.post(f"{running.tap}/hook/calls?a=b", json={"value": []}, headers=public)
    assert answer.status_code == 202
    path, headers, body = desk.hook.posts[-1]
    assert (path, headers["authorization"], body) == ("/hook/calls?a=b", "Bearer theirs", {"value": []})


async def test_the_handshake_of_a_subscription_goes_through_the_tap(desk, recorded):
    running, http, folder = recorded
    answer = await http.post(f"{running.tap}/hook/changes?validationToken=a%20b", content=b"")
    assert (answer.status_code, answer.text) == (200, "a b")
    assert answer.headers["content-type"].startswith("text/plain")
    assert files(folder) == []


async def test_too_much_and_nobody_there(desk, recorded, tmp_path):
    running, http, folder = recorded
    much = await http.post(
        f"{running.graph_root}/communications/calls", content=b"x" * (LARGEST + 1), headers=APP
    )
    assert much.status_code == 413
    async with recording(tmp_path / "dead", to="http://127.0.0.1:1", relay="http://127.0.0.1:1") as dead:
        assert (await http.get(f"{dead.graph_root}/me")).status_code == 502
        assert (await http.post(f"{dead.tap}/hooks/calls", json={})).status_code == 503
    assert files(folder) == []


async def test_redirects_are_not_followed_and_cookies_stay_away(tmp_path):
    seen = []

    async def answer(reader, writer):
        seen.append((await reader.readuntil(b"\r\n\r\n")).decode().lower())
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example/ann\r\n")
        writer.write(b"Set-Cookie: ann=1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, recording(tmp_path, to=origin) as running, httpx2.AsyncClient() as http:
        found = await http.get(
            f"{running.graph_root}/me", headers={"Cookie": "ann=1", "Authorization": "Bearer t"}
        )
    assert (found.status_code, "set-cookie" in found.headers, len(seen)) == (302, False, 1)
    assert "cookie" not in seen[0] and "authorization: bearer t" in seen[0]
    assert "ann" not in (tmp_path / "users/me.http").read_text()


@pytest.mark.parametrize(
    "url",
    ["http://graph.microsoft.com", "ftp://x", "https://", "https://a/v1.0", "https://u@a", "https://a?b", ""],
)
def test_only_an_origin_is_recorded(url):
    with pytest.raises(ValueError, match="origin"):
        read_origin(url)


def told(state, call="c1"):
    item = {
        "changeType": "updated",
        "resourceUrl": f"/communications/calls/{call}",
        "resourceData": {"state": state},
    }
    return Message("POST https://t/hooks", (), {"value": [item]})


def asked(name, method="POST", call="c1", status="202 Accepted"):
    start = f"{method} /v1.0/communications/calls/{call}/x"
    return Exchange(name, "application", Message(start), Message(status))


def test_notifications_follow_the_last_request_that_changed_the_call(tmp_path):
    notebook = Notebook(tmp_path, Redactor())
    notebook.answered(asked("calls/answer"))
    notebook.told(told("established"))
    notebook.answered(asked("calls/get", "GET", status="200 OK"))
    notebook.told(told("established", "C-1"))
    notebook.answered(asked("calls/transfer"))
    notebook.told(told("transferring"))
    notebook.told(told("incoming", "c2"))
    kept = {name: len(read((tmp_path / f"{name}.http").read_text()).told) for name in (
        "calls/answer", "calls/get", "calls/transfer", "notifications/call.incoming",
    )}  # fmt: skip
    assert kept == {
        "calls/answer": 2, "calls/get": 0, "calls/transfer": 1, "notifications/call.incoming": 1,
    }  # fmt: skip


def exchange(body, told=(), status="200 OK", headers=()):
    answer = Message(status, headers, body)
    return Exchange("calls/get", "application", Message("GET /v1.0/communications/calls/c1"), answer, told)


def differences(tmp_path, theirs, ours):
    for folder, found in (("theirs", theirs), ("ours", ours)):
        (tmp_path / folder / "calls").mkdir(parents=True)
        (tmp_path / folder / "calls/get.http").write_text(write(found))
    return compare(tmp_path / "theirs", tmp_path / "ours").differing.get("calls/get", ())


@pytest.mark.parametrize(
    ("theirs", "ours", "said"),
    [
        ({"a": "x"}, {"a": "y"}, ()),
        ({"a": None}, {"a": "y"}, ("answer: a is null in Graph, a text in the simulator.",)),
        ({"a": 1}, {"a": "1"}, ("answer: a is a number in Graph, a text in the simulator.",)),
        ({"a": {"b": True}}, {"a": {}}, ()),
        ({"a": {"b": True, "c": 1}}, {"a": {"c": 1}}, (
            "answer: Graph has a.b (true or false), the simulator has not.",)),
        ({"v": [{"b": 1}, {"c": 1}]}, {"v": [{"c": 2}, {"d": None}]}, (
            "answer: Graph has v[].b (a number), the simulator has not.",
            "answer: The simulator has v[].d (null), Graph has not.")),
        ({"status": "Running"}, {"status": "running"}, (
            "answer: status says Running in Graph, running in the simulator.",)),
    ],
)  # fmt: skip
def test_differences_are_said_in_words(tmp_path, theirs, ours, said):
    assert differences(tmp_path, exchange(theirs), exchange(ours)) == said


def test_statuses_headers_and_notifications_are_compared(tmp_path):
    location = (("Location", "/x"),)
    theirs = exchange({}, (told("established"),), "202 Accepted", location)
    ended = Message("POST https://t", (), {"value": [{"changeType": "deleted", "resourceUrl": "/calls/c1"}]})
    assert differences(tmp_path, theirs, exchange({}, (ended,))) == (
        "Graph answers 202 Accepted, the simulator 200 OK.",
        "Graph sends the header Location, the simulator does not.",
        "Graph tells call.established, the simulator does not.",
        "The simulator tells call.deleted, Graph does not.",
    )


def test_what_is_told_is_compared_all_together(tmp_path):
    """Ours may tell more, in situations that were not recorded; Graph's more is news."""
    more = told("established")
    more.body["value"][0] |= {"callbackUri": None, "changeType": "Updated"}
    differences(
        tmp_path, exchange({}, (more, told("hold"))), exchange({}, (told("established"), told("incoming")))
    )
    assert compare(tmp_path / "theirs", tmp_path / "ours").news == (
        "call.established: Graph has value[].callbackUri (null), the simulator has not.",
        "call.established: value[].changeType says Updated in Graph, updated in the simulator.",
        "Graph tells call.hold, the simulator never does.",
    )
    assert compare(tmp_path / "ours", tmp_path / "theirs").news == (
        "call.established: value[].changeType says updated in Graph, Updated in the simulator.",
        "Graph tells call.incoming, the simulator never does.",
    )


def test_the_commands_say_what_is_wrong(tmp_path, capsys):
    assert main(["compare", str(tmp_path / "nowhere")]) == 2
    assert main(["record", "--into", str(tmp_path), "--to", "http://graph.microsoft.com"]) == 2
    (tmp_path / "broken.http").write_text("nothing")
    assert main(["compare", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert all(part in said for part in ("no folder", "is no https origin", "broken.http"))


def test_the_command_compares_with_the_exchanges_it_comes_with(tmp_path, capsys):
    own = own_exchanges()
    (tmp_path / "calls").mkdir()
    text = (own / "calls/get.http").read_text()
    (tmp_path / "calls/get.http").write_text(text.replace('"state": "established"', '"state": 3'))
    (tmp_path / "calls/hangUp.http").write_text((own / "calls/hangUp.http").read_text())
    assert main(["compare", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "calls/get\n  answer: state is a number in Graph, a text in the simulator." in said
    assert "1 agree, 1 differ, 0 have no counterpart" in said


async def test_the_command_records_until_it_is_told_to_stop(desk, tmp_path):
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "console.simulator", "record",
        "--into", str(tmp_path), "--to", desk.running.base_url,
        "--relay", desk.hook.url.removesuffix("/hook"),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert running.stdout is not None
    said = [(await running.stdout.readline()).decode().strip() for _ in range(3)]
    root = said[1].rpartition(" ")[2]
    async with httpx2.AsyncClient() as http:
        assert (await http.get(f"{root}/me")).status_code == 401
    assert said[2].startswith("your tunnel leads to: http://127.0.0.1:")
    running.terminate()
    assert await running.wait() == 0
    assert json.dumps(files(tmp_path)) == '["users/me.401.InvalidAuthenticationToken.http"]'
