"""What goes over the wire is shown whole to an observer and to a file, and nothing secret with it."""

import stat

import httpx2
import pytest

from console.simulator.app import Simulator
from console.simulator.tap import Asked, Told, exchange_file, read_exchange
from tests.simulator.conftest import BOT_ROLES, Desk, Tokens


@pytest.fixture
async def watched(hook, state, tmp_path):
    """A desk whose simulator writes to a file, and a function that reads what is in it."""
    path = tmp_path / "exchanges.jsonl"
    with exchange_file(path) as observer:
        simulator = Simulator(state, speed=0, webhook=hook.url, verifier=Tokens(), observer=observer)
        async with simulator.serve() as running, httpx2.AsyncClient(trust_env=False) as http:
            desk = Desk(running, simulator, hook, http)
            yield desk, lambda: [read_exchange(line) for line in path.read_bytes().splitlines()]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert BOT_ROLES[0] not in path.read_text(), "a token is in the file"


async def test_requests_and_answers_are_whole(watched):
    desk, seen = watched
    call = await desk.talk()
    asked = [e for e in seen() if isinstance(e, Asked)]
    assert [(e.method, e.operation, e.status) for e in asked] == [("POST", "calls.answer", 202)]
    assert asked[0].body["acceptedModalities"] == ["audio"] and asked[0].answer is None
    answer = await desk.graph("GET", f"/communications/calls/{call}", params={"$select": "id"})
    last = seen()[-1]
    assert last.path == f"/v1.0/communications/calls/{call}" and last.query == "%24select=id"
    assert last.answer == answer.json()


async def test_a_refusal_is_seen_with_its_error(watched):
    desk, seen = watched
    answer = await desk.graph("GET", "/communications/calls/nobody")
    assert seen()[-1].status == 404 and seen()[-1].answer == answer.json()


async def test_notifications_are_what_was_posted_with_the_faults_that_spelt_them(watched):
    desk, seen = watched
    await desk.ring()
    await desk.sim("PUT", "/faults", {"pascalCase": 1.0})
    await desk.ring()
    told = [e for e in seen() if isinstance(e, Told)]
    assert [(e.url, e.body) for e in told] == [(desk.hook.url, body) for _, _, body in desk.hook.posts]
    assert [e.faults for e in told] == [(), ("pascal_case",)]


async def test_a_retry_is_told_again(watched, soon):
    desk, seen = watched
    desk.hook.answers = [503]
    await desk.sim("POST", "/calls", {"caller": {"name": "A"}})
    await soon(lambda: desk.simulator.notifications.since(0))
    await desk.simulator.clock.advance(1)
    await desk.simulator.notifier.drained()
    assert len([e for e in seen() if isinstance(e, Told)]) == 2


async def test_a_picture_is_only_its_length(watched, user_headers):
    desk, seen = watched
    headers = user_headers(0, "User.Read")
    answer = await desk.graph("GET", "/me/photo/$value", headers=headers)
    assert answer.status_code == 200
    assert seen()[-1].answer == f"{len(answer.content)} bytes"


def test_without_a_path_nobody_watches():
    with exchange_file(None) as observer:
        assert observer is None
