"""What each of Microsoft's clouds can do, and that the rest is refused before anything is sent."""

from __future__ import annotations

import httpx2
import msgspec
import pytest

from console.domain.clouds import Cloud, read_cloud
from console.domain.errors import BadSettings, NotAllowed
from console.domain.ids import CallId, IntentId, ParticipantId, UserId
from console.domain.participants import Participant
from console.domain.people import Identity, IdentityKind
from console.domain.text import Text
from console.graph import calls, people
from console.graph.catalogue import DESK
from console.graph.client import Door, GraphClient
from console.graph.clouds import (
    CHINA,
    CLOUDS,
    DOD,
    GCC_HIGH,
    GLOBAL,
    CloudProfile,
    describe,
    refusal,
    stranger,
    without_calls,
)
from console.graph.operations import Identity as Whose

CALL = CallId("77aa0100-3c1b-4c2d-9e7f-10a2b3c4d5e6")
ME = IntentId("an-intent")
ANNA = Identity(IdentityKind.USER, "3f0b8c3e-7a52-4a3b-9d5e-0a4f6f2b1c11", "Anna Berg")


class Wire:
    """A Graph that accepts everything and keeps what it was sent."""

    def __init__(self, cloud: CloudProfile | None) -> None:
        self.sent: list[httpx2.Request] = []
        self.tokens = 0
        self.http = httpx2.AsyncClient(transport=httpx2.MockTransport(self._respond))
        door = Door("https://graph.invalid/v1.0", self._token)
        self.graph = GraphClient(self.http, {Whose.BOT: door, Whose.OPERATOR: door}, cloud)

    def _respond(self, request: httpx2.Request) -> httpx2.Response:
        self.sent.append(request)
        return httpx2.Response(200 if request.url.path.endswith("ByUserId") else 202, json={"value": []})

    async def _token(self) -> str:
        self.tokens += 1
        return "t"


@pytest.mark.parametrize("cloud", [GLOBAL, GCC_HIGH, DOD])
def test_the_desk_works_whole_where_calls_exist(cloud: CloudProfile) -> None:
    assert [o.name for o in DESK.values() if refusal(cloud, o)] == []


def test_in_china_only_people_are_left() -> None:
    left = {o.name for o in DESK.values() if not refusal(CHINA, o)}
    assert left == {"person.me", "person.search", "person.get"}
    for name, said in (
        ("call.answer", "Calls do not exist in this cloud (21Vianet)."),
        ("presence.many", "Presence does not exist in this cloud (21Vianet)."),
        ("meeting.create", "Online meetings cannot be made in this cloud (21Vianet)."),
    ):
        assert refusal(CHINA, DESK[name]) == Text(said)


async def test_what_a_cloud_lacks_is_refused_before_a_token_is_even_fetched() -> None:
    wire = Wire(CHINA)
    with pytest.raises(NotAllowed) as refused:
        await calls.answer(wire.graph, CALL, intent=ME)
    assert str(refused.value) == "Calls do not exist in this cloud (21Vianet). Finding colleagues works here."
    with pytest.raises(NotAllowed, match="Presence does not exist"):
        await people.presences(wire.graph, [UserId("u1")])
    assert wire.sent == [] and wire.tokens == 0
    await wire.http.aclose()


@pytest.mark.parametrize("cloud", [GCC_HIGH, DOD])
async def test_a_government_cloud_gets_no_options_and_no_transferee(cloud: CloudProfile) -> None:
    wire = Wire(cloud)
    await calls.answer(wire.graph, CALL, intent=ME, callback="https://r")
    assert "callOptions" not in msgspec.json.decode(wire.sent[0].content)
    await calls.transfer(wire.graph, CALL, ANNA, intent=ME)
    guest = Participant(ParticipantId("p1"), ANNA)
    with pytest.raises(NotAllowed, match="A group call cannot be transferred in this cloud"):
        await calls.transfer(wire.graph, CALL, ANNA, intent=ME, transferee=guest)
    assert len(wire.sent) == 2
    await wire.http.aclose()


@pytest.mark.parametrize("cloud", [None, GLOBAL])
async def test_elsewhere_everything_is_sent_as_it_is(cloud: CloudProfile | None) -> None:
    wire = Wire(cloud)
    await calls.answer(wire.graph, CALL, intent=ME)
    await calls.transfer(wire.graph, CALL, ANNA, intent=ME, transferee=Participant(ParticipantId("p"), ANNA))
    assert "callOptions" in msgspec.json.decode(wire.sent[0].content) and len(wire.sent) == 2
    await wire.http.aclose()


def test_a_cloud_at_the_address_of_another_is_a_mistake() -> None:
    assert all(stranger(cloud) is None for cloud in CLOUDS)
    assert stranger(GLOBAL.located(graph_root="https://graph.microsoft.us/v1.0/")) is GCC_HIGH
    assert stranger(DOD.located(graph_root="http://127.0.0.1:9000/v1.0")) is None


def test_elsewhere_a_cloud_keeps_what_it_lacks_and_asks_for_tokens_of_microsofts_own_root() -> None:
    assert DOD.scope == "https://dod-graph.microsoft.us/.default"
    assert CHINA.permission("User.Read") == "https://microsoftgraph.chinacloudapi.cn/User.Read"
    simulated = CHINA.located(graph_root="http://127.0.0.1:9000/v1.0", login="http://127.0.0.1:9000/")
    assert (simulated.scope, simulated.login) == (CHINA.scope, "http://127.0.0.1:9000")
    assert without_calls(simulated) == Text("Calls do not exist in this cloud (21Vianet).")
    assert [c.cloud for c in CLOUDS if without_calls(c)] == [Cloud.CHINA]


def test_what_no_source_names_is_left_empty() -> None:
    assert [c.cloud for c in CLOUDS if c.notification_metadata] == [Cloud.GLOBAL]
    assert [bool(c.notification_issuers) for c in CLOUDS] == [True, False, False, False]


def test_an_administrator_is_told_where_a_cloud_is_and_what_it_lacks() -> None:
    assert [str(text) for text in describe(GLOBAL)] == [
        "Cloud: Global, Graph at https://graph.microsoft.com/v1.0, "
        "sign-in at https://login.microsoftonline.com."
    ]
    assert Text("Nobody can join unseen in this cloud.") in describe(GCC_HIGH)
    assert describe(CHINA)[1] == Text("Calls do not exist in this cloud (21Vianet).")


def test_the_names_of_clouds() -> None:
    assert [read_cloud(name) for name in ("global", " GCC-High ")] == [Cloud.GLOBAL, Cloud.GCC_HIGH]
    with pytest.raises(BadSettings, match=r"global \(for GCC too\), gcc-high, dod or china, not 'gcc'"):
        read_cloud("gcc")
