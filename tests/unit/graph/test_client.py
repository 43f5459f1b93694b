"""What the client does with trouble: it asks again where that is harmless, and otherwise says so at once."""

from __future__ import annotations

import asyncio

import httpx2
import pytest

from console.domain.errors import ConsoleError, NotAllowed, NotSignedIn, ServiceFailed, Throttled
from console.domain.ids import CallId, IntentId, UserId
from console.domain.people import Presence
from console.graph import batch, calls, people, presence, subscriptions
from console.graph.clouds import GCC_HIGH, GLOBAL
from console.graph.operations import Identity
from console.graph.paging import MOST_PAGES, pages
from tests.contract.own import RICH, USER, WATCH
from tests.unit.graph.standin import ROOT, answering

CALL = CallId("77aa0100-3c1b-4c2d-9e7f-10a2b3c4d5e6")
ME = IntentId("an-intent")
RECORDS = ROOT + "/communications/callRecords"


def page(link: object = None, *ids: str) -> httpx2.Response:
    found = {"value": [{"id": i} for i in ids]}
    return httpx2.Response(200, json={**found, "@odata.nextLink": link} if link else found)


async def test_a_reading_is_repeated_and_a_writing_is_not() -> None:
    async with answering([httpx2.Response(503, headers={}), page()]) as g:
        assert await people.search(g.graph, "anna") == ()
        assert len(g.sent) == 2
    async with answering([httpx2.Response(503)]) as g:
        with pytest.raises(ServiceFailed):
            await calls.hang_up(g.graph, CALL, intent=ME)
        assert len(g.sent) == 1


NOON, IN_A_MINUTE = "Wed, 21 Oct 2026 12:00:00 GMT", "Wed, 21 Oct 2026 12:01:00 GMT"
ONE_MINUTE = [{"Retry-After": "60"}, {"Retry-After": IN_A_MINUTE, "Date": NOON}]


@pytest.mark.parametrize("status", [429, 503, 504])
async def test_a_reading_waits_as_long_as_it_is_asked_to(status: int) -> None:
    asked = httpx2.Response(status, headers={"Retry-After": "0.2"})
    async with answering([asked, page()]) as g:
        begin = asyncio.get_running_loop().time()
        assert await people.search(g.graph, "anna") == ()
        assert asyncio.get_running_loop().time() - begin >= 0.2


@pytest.mark.parametrize("status", [429, 503, 504])
@pytest.mark.parametrize("headers", ONE_MINUTE, ids=["seconds", "date"])
async def test_a_wait_longer_than_the_deadline_is_told_at_once(status: int, headers: dict[str, str]) -> None:
    async with answering([httpx2.Response(status, headers=headers)]) as g:
        with pytest.raises(ConsoleError, match=r"Try again in 60 s\.") as told:
            await people.search(g.graph, "anna")
        assert told.value.retry_after == 60


@pytest.mark.parametrize("headers", ONE_MINUTE, ids=["seconds", "date"])
@pytest.mark.parametrize("status", [429, 503])
async def test_a_writing_is_told_at_once_when_to_try_again(status: int, headers: dict[str, str]) -> None:
    for press in (calls.answer, calls.hang_up):
        async with answering([httpx2.Response(status, headers=headers)]) as g:
            with pytest.raises(ConsoleError, match=r"Try again in 60 s\."):
                await press(g.graph, CALL, intent=ME)


async def test_a_reading_is_asked_for_three_times_and_no_more() -> None:
    async with answering([httpx2.Response(503) for _ in range(3)]) as g:
        with pytest.raises(ServiceFailed, match=r"not available just now\. Try again\."):
            await people.search(g.graph, "anna")
        assert len(g.sent) == 3
        assert len({r.headers["client-request-id"] for r in g.sent}) == 1


@pytest.mark.parametrize("status", [500, 502, 400, 404])
async def test_what_asking_again_does_not_help_is_told_at_once(status: int) -> None:
    async with answering([httpx2.Response(status, headers={"Retry-After": "0"})]) as g:
        with pytest.raises(ConsoleError):
            await people.search(g.graph, "anna")


async def test_everything_says_who_asks_and_which_request_it_is() -> None:
    async with answering([httpx2.Response(202), page()]) as g:
        await calls.answer(g.graph, CALL, intent=ME)
        await people.search(g.graph, "anna")
        first, second = (r.headers for r in g.sent)
        assert first["client-request-id"] == ME and len(second["client-request-id"]) == 36
        assert first["user-agent"] == second["user-agent"] == "operator-console"


async def test_without_a_way_to_renew_a_401_is_final() -> None:
    async with answering([httpx2.Response(401)]) as g:
        with pytest.raises(NotSignedIn):
            await people.search(g.graph, "anna")


async def test_pages_follow_graphs_own_links() -> None:
    link = RECORDS + "?$skiptoken=abc"
    async with answering([page(link, "a", "b"), page(None, "c")]) as g:
        found = [[r["id"] for r in entries] async for entries in pages(g.graph, "record.list")]
        assert found == [["a", "b"], ["c"]]
        assert str(g.sent[1].url) == link and g.sent[1].headers["authorization"] == "Bearer secret"


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/v1.0/communications/callRecords?x",
        "http://graph.example/v1.0/communications/callRecords?x",
        "https://graph.example:8443/v1.0/communications/callRecords",
        "https://graph.example@evil.example/v1.0/communications/callRecords",
        "https://user@graph.example/v1.0/communications/callRecords",
        "https://graph.example/beta/communications/callRecords",
        "https://graph.example/v1.0/../beta/x",
        "https://graph.example/v1.0/%2e%2e/beta/x",
        "https://[graph.example/v1.0/x",
        "/v1.0/communications/callRecords",
        "https://graph.example/v1.0/communications\n/callRecords",
        "https://graph.example/v1.0/\x00",
        "https://graph.example/v1.0/" + "x" * 20_000,
    ],
)
async def test_a_link_that_leads_elsewhere_gets_no_token(link: str) -> None:
    async with answering([page(link, "a")]) as g:
        with pytest.raises(ServiceFailed, match=r"an address that is not Microsoft Graph's"):
            [entries async for entries in pages(g.graph, "record.list")]
        assert len(g.sent) == 1


async def test_a_list_without_an_end_ends() -> None:
    link = RECORDS + "?$skiptoken=same"
    async with answering([page(link, "a"), page(link, "b")]) as g:
        assert len([entries async for entries in pages(g.graph, "record.list")]) == 2
    endless = (page(f"{RECORDS}?$skiptoken={n}", "a") for n in range(2 * MOST_PAGES))
    async with answering(endless) as g:
        assert len([entries async for entries in pages(g.graph, "record.list")]) == MOST_PAGES + 1


async def test_each_part_of_a_batch_has_its_own_outcome() -> None:
    responses = [
        {"id": "2", "status": 429, "headers": {"Retry-After": "8"}, "body": {"error": {"code": "x"}}},
        {"id": "0", "status": 200, "body": {"id": "U1"}},
    ]
    async with answering([httpx2.Response(200, json={"responses": responses})]) as g:
        parts = [batch.Part("presence.get", {"user": u}) for u in ("u1", "u2", "u3")]
        first, missing, throttled = await batch.read(g.graph, parts)
    assert not isinstance(first, Exception) and first.body == {"id": "U1"}
    assert str(missing) == "Microsoft Graph left out one of the answers. Try again."
    assert isinstance(throttled, Throttled) and throttled.retry_after == 8


async def test_a_batch_holds_twenty_and_only_an_operators_readings() -> None:
    answers = [httpx2.Response(200, json={"responses": []}) for _ in range(3)]
    async with answering(answers) as g:
        assert len(await batch.read(g.graph, [batch.Part("person.me")] * 41)) == 41
        assert len(g.sent) == 3
        for name in ("call.get", "call.hangUp", "meeting.create", "batch.read"):
            with pytest.raises(ValueError, match="does not belong into a batch"):
                await batch.read(g.graph, [batch.Part(name, {"call": CALL})])


async def test_presence_is_watched_only_where_that_exists() -> None:
    async with answering([], GCC_HIGH) as g:
        with pytest.raises(NotAllowed, match="Presence cannot be watched in this cloud"):
            await subscriptions.create(g.graph, Identity.OPERATOR, WATCH, intent=ME)
    granted = httpx2.Response(201, json={"id": "s1", "expirationDateTime": "2026-09-01T10:45:00.1234567Z"})
    async with answering([granted], GCC_HIGH) as g:
        given = await subscriptions.create(g.graph, Identity.BOT, RICH, intent=ME)
        assert given.id == "s1" and given.until.minute == 45
    async with answering([granted], GLOBAL) as g:
        await subscriptions.create(g.graph, Identity.OPERATOR, WATCH, intent=ME)


async def test_a_photo_comes_as_it_is_and_presence_as_a_value() -> None:
    async with answering([httpx2.Response(200, content=b"\xff\xd8jpeg"), httpx2.Response(200, json={})]) as g:
        assert await people.photo(g.graph, USER) == b"\xff\xd8jpeg"
        assert await presence.mine(g.graph) is None
    body = {"id": "U1", "availability": "Busy", "activity": "InACall"}
    async with answering([httpx2.Response(200, json=body)]) as g:
        assert await presence.get(g.graph, USER) == Presence(UserId("u1"), "Busy", "InACall")


async def test_a_number_is_looked_up_as_it_is_written() -> None:
    async with answering([page(None, "U1")]) as g:
        assert [p.id for p in await people.by_phone(g.graph, "+14255550123")] == ["u1"]
        sent = g.sent[0]
        assert sent.url.params["$filter"] == "businessPhones/any(p:p eq '+14255550123')"
        assert sent.headers["consistencylevel"] == "eventual"
