"""Call records: there some time after the end, with sessions, for thirty days."""

import pytest

READ = {"Authorization": "Bearer app:CallRecords.Read.All"}
PATH = "/communications/callRecords"


async def ended(desk, **caller):
    """An answered call that its caller ended, by its chain id."""
    call = await desk.talk(**caller)
    await desk.pass_time(60)
    chain = (await desk.truth(call))["chainId"]
    await desk.sim("POST", f"/calls/{call}/hangup")
    return chain


async def test_a_record_comes_after_the_end_and_goes(desk):
    chain = await ended(desk)
    assert (await desk.graph("GET", f"{PATH}/{chain}", headers=READ)).status_code == 404
    await desk.pass_time(61)
    body = (await desk.graph("GET", f"{PATH}/{chain}", headers=READ)).json()
    assert (body["id"], body["version"], body["type"]) == (chain, 1, "peerToPeer")
    assert body["startDateTime"] < body["endDateTime"] < body["lastModifiedDateTime"]
    await desk.pass_time(900)
    assert (await desk.graph("GET", f"{PATH}/{chain}", headers=READ)).json()["version"] == 2
    await desk.pass_time(30 * 86_400)
    assert (await desk.graph("GET", f"{PATH}/{chain}", headers=READ)).status_code == 404
    assert (await desk.graph("GET", PATH, headers=READ)).json()["value"] == []


async def test_sessions_and_segments(desk):
    call = await desk.group()
    chain = (await desk.truth(call))["chainId"]
    await desk.graph("DELETE", f"/communications/calls/{call}")
    await desk.pass_time(61)
    query = {"$expand": "sessions($expand=segments),participants_v2,organizer_v2"}
    body = (await desk.graph("GET", f"{PATH}/{chain}", params=query, headers=READ)).json()
    assert body["type"] == "groupCall"
    assert [s["callee"]["userAgent"]["role"] for s in body["sessions"]] == ["customBot", "customBot"]
    assert all(len(session["segments"]) == 1 for session in body["sessions"])
    assert len(body["participants_v2"]) == 3
    assert body["organizer_v2"]["identity"]["phone"]["id"] == "+14255550151"
    sessions = (await desk.graph("GET", f"{PATH}/{chain}/sessions", headers=READ)).json()["value"]
    assert [s["id"] for s in sessions] == [s["id"] for s in body["sessions"]]
    assert "segments" not in sessions[0]


async def test_a_call_nobody_answered_says_why(desk):
    call = await desk.ring()
    chain = (await desk.truth(call))["chainId"]
    await desk.pass_time(100)
    sessions = (await desk.graph("GET", f"{PATH}/{chain}/sessions", headers=READ)).json()["value"]
    assert sessions[0]["failureInfo"]["stage"] == "callSetup"


@pytest.mark.parametrize("how", ["transfer", "redirect"])
async def test_who_was_sent_on_talks_on_and_is_in_the_record(desk, how):
    call = await (desk.talk() if how == "transfer" else desk.ring())
    chain = (await desk.truth(call))["chainId"]
    user = desk.users[0].id
    target = {"identity": {"user": {"id": user}}}
    body = {"transferTarget": target} if how == "transfer" else {"targets": [target], "timeout": 15}
    assert (await desk.on_call(call, how, body)).status_code == 202
    await desk.pass_time(20)
    assert (await desk.truth(call))["endedAt"]
    await desk.pass_time(60)
    assert (await desk.graph("GET", f"{PATH}/{chain}", headers=READ)).status_code == 404, "they still talk"
    await desk.pass_time(120)
    record = (await desk.graph("GET", f"{PATH}/{chain}", params={"$expand": "sessions"}, headers=READ)).json()
    first, last = record["sessions"]
    assert (first["caller"]["identity"]["phone"]["id"], first["callee"]["userAgent"]["role"]) == (
        "+14255550151",
        "customBot",
    )
    assert last["caller"]["identity"]["phone"]["id"] == "+14255550151"
    assert last["callee"]["identity"]["user"]["id"] == user
    assert first["endDateTime"] == last["startDateTime"] < last["endDateTime"] == record["endDateTime"]
    assert last["id"] != first["id"]


async def test_lists_are_filtered_and_paged(desk):
    first = await ended(desk)
    await desk.pass_time(3600)
    second = await ended(desk, name="王小测试")
    await desk.pass_time(100)

    async def ids(**more):
        body = (await desk.graph("GET", PATH, **more)).json()
        return [record["id"] for record in body["value"]], body.get("@odata.nextLink")

    assert await ids(headers=READ) == ([first, second], None)
    page, link = await ids(headers=READ | {"Prefer": "odata.maxpagesize=1"})
    assert page == [first]
    assert [r["id"] for r in (await desk.http.get(link, headers=READ)).json()["value"]] == [second]
    start = (await desk.graph("GET", f"{PATH}/{second}", headers=READ)).json()["startDateTime"]
    assert (await ids(headers=READ, params={"$filter": f"startDateTime ge {start}"}))[0] == [second]
    who = "participants_v2/any(p:p/id eq '+14255550151')"
    both = {"$filter": f"startDateTime lt {start} and {who}"}
    assert (await ids(headers=READ, params=both))[0] == [first]
    for query in ({"$filter": "version eq 1"}, {"$expand": "sessions"}):
        assert (await desk.graph("GET", PATH, params=query, headers=READ)).status_code == 400


@pytest.mark.parametrize("path", [PATH, f"{PATH}/x", f"{PATH}/x/sessions"])
async def test_records_are_for_applications_with_the_permission(desk, user_headers, path):
    assert (await desk.graph("GET", path)).status_code == 403
    answer = await desk.graph("GET", path, headers=user_headers(0, "CallRecords.Read.All"))
    assert answer.status_code == 403
