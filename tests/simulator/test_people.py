"""Directory search, presence and meetings, as the signed-in user sees them."""

import pytest

EVENTUAL = {"ConsistencyLevel": "eventual"}


async def names(desk, query, headers):
    answer = await desk.graph("GET", "/users", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    return [user["displayName"] for user in answer.json()["value"]]


async def test_me(desk, user_headers):
    answer = await desk.graph("GET", "/me?$select=id,displayName,department", headers=user_headers())
    body = answer.json()
    del body["@odata.context"]
    assert body == {"id": desk.users[0].id, "displayName": "Lena Ortiz", "department": "Front desk"}


async def test_me_needs_a_user(desk):
    assert (await desk.graph("GET", "/me")).status_code == 400


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ('"displayName:ann"', ["Anna Berg"]),
        ('"displayName:berg an"', ["Anna Berg"]),
        ('"displayName:nna"', []),
        ('"displayName:李"', ["Li Wei 李伟"]),
        ('"mail:priya" OR "displayName:tom"', ["Tom Reed", "Priya Raman"]),
        ('"department:Sales" AND "jobTitle:Export"', ["Li Wei 李伟"]),
        ('("displayName:anna" OR "displayName:tom") AND "jobTitle:Account"', ["Tom Reed"]),
        ('"mail:berg"', []),
    ],
)
async def test_search(desk, user_headers, search, found):
    assert await names(desk, {"$search": search}, user_headers() | EVENTUAL) == found


async def test_search_needs_its_header(desk, user_headers):
    answer = await desk.graph("GET", '/users?$search="displayName:a"', headers=user_headers())
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "Request_UnsupportedQuery")


@pytest.mark.parametrize(
    "search", ["displayName:a", '"nobody"', '"displayName:a" "mail:b"', '("mail:a"', "", '"x:y"']
)
async def test_a_search_that_is_no_search(desk, user_headers, search):
    headers = user_headers() | EVENTUAL
    answer = await desk.graph("GET", "/users", params={"$search": search}, headers=headers)
    assert answer.status_code == 400


async def test_sorting_counting_and_pages(desk, user_headers):
    headers = user_headers() | EVENTUAL
    query = {"$search": '"department:Sales"', "$orderby": "displayName", "$count": "true", "$top": "2"}
    answer = await desk.graph("GET", "/users", params=query, headers=headers)
    body = answer.json()
    assert body["@odata.count"] == 3
    assert [user["displayName"] for user in body["value"]] == ["Anna Berg", "Li Wei 李伟"]
    more = await desk.http.get(body["@odata.nextLink"], headers=headers)
    assert [user["displayName"] for user in more.json()["value"]] == ["Tom Reed"]
    del query["$count"]
    assert (await desk.graph("GET", "/users", params=query, headers=headers)).status_code == 400


async def test_a_phone_number_finds_its_owner(desk, user_headers):
    query = {"$filter": "businessPhones/any(p:p eq '+14255550111')", "$count": "true"}
    assert await names(desk, query, user_headers() | EVENTUAL) == ["Anna Berg"]


async def test_one_user(desk, user_headers):
    answer = await desk.graph("GET", f"/users/{desk.users[3].id}", headers=user_headers())
    assert answer.json()["displayName"] == "Anna Berg"
    assert "department" not in answer.json()
    assert (await desk.graph("GET", "/users/nobody", headers=user_headers())).status_code == 404
    assert (await desk.graph("GET", "/users?$select=shoeSize", headers=user_headers())).status_code == 400
    narrow = user_headers(0, "User.Read")
    assert (await desk.graph("GET", f"/users/{desk.users[3].id}", headers=narrow)).status_code == 403


async def test_the_people_around_me(desk, user_headers):
    headers = user_headers(0, "People.Read")
    answer = await desk.graph("GET", '/me/people?$search="an"&$top=2', headers=headers)
    assert [person["displayName"] for person in answer.json()["value"]] == ["Anna Berg", "Mei Tan"]


async def test_presence_follows_calls(desk, user_headers):
    path = "/communications/getPresencesByUserId"
    ids = {"ids": [desk.users[0].id, desk.users[4].id, "nobody"]}

    async def ask():
        value = (await desk.graph("POST", path, ids, headers=user_headers())).json()["value"]
        return [(one["availability"], one["activity"], one["sequenceNumber"]) for one in value]

    before = await ask()
    assert [one[:2] for one in before] == [("Available", "Available"), ("Busy", "InACall")]
    call = await desk.group()
    during = await ask()
    assert during[0][:2] == ("Busy", "InACall")
    await desk.graph("DELETE", f"/communications/calls/{call}")
    await desk.pass_time(1)
    after = await ask()
    assert after[0][:2] == ("Available", "Available")
    assert before[0][2] < during[0][2] < after[0][2]
    mine = await desk.graph("GET", "/me/presence", headers=user_headers(0, "Presence.Read"))
    assert mine.json()["availability"] == "Available"


@pytest.mark.parametrize("ids", [[], ["x"] * 651, "x", [1]])
async def test_presence_of_one_to_650(desk, user_headers, ids):
    path = "/communications/getPresencesByUserId"
    assert (await desk.graph("POST", path, {"ids": ids}, headers=user_headers())).status_code == 400


async def test_meetings_are_made_found_and_deleted(desk, user_headers):
    headers = user_headers()
    body = {"subject": "Case", "startDateTime": "2026-09-01T09:00:00Z", "endDateTime": "2026-09-01T09:30:00Z"}
    answer = await desk.graph("POST", "/me/onlineMeetings", body, headers=headers)
    assert answer.status_code == 201
    made = answer.json()
    assert made["participants"]["organizer"]["identity"]["user"]["displayName"] == "Lena Ortiz"
    one = f"/me/onlineMeetings/{made['id']}"
    assert (await desk.graph("GET", one, headers=headers)).json()["joinWebUrl"] == made["joinWebUrl"]
    number = made["joinMeetingIdSettings"]["joinMeetingId"]
    for query in (
        f"JoinWebUrl eq '{made['joinWebUrl']}'",
        f"joinMeetingIdSettings/joinMeetingId eq '{number}'",
    ):
        found = await desk.graph("GET", "/me/onlineMeetings", params={"$filter": query}, headers=headers)
        assert [meeting["id"] for meeting in found.json()["value"]] == [made["id"]]
    assert (await desk.graph("GET", one, headers=user_headers(1))).status_code == 404
    assert (await desk.graph("GET", "/me/onlineMeetings", headers=headers)).status_code == 400
    assert (await desk.graph("DELETE", one, headers=headers)).status_code == 204
    assert (await desk.graph("GET", one, headers=headers)).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"startDateTime": "soon"},
        {"endDateTime": "2026-09-01T09:00:00Z"},
        {"startDateTime": "2026-09-01T09:00:00Z", "endDateTime": "2026-09-01T08:00:00Z"},
    ],
)
async def test_a_meeting_has_times_that_make_sense(desk, user_headers, body):
    answer = await desk.graph("POST", "/me/onlineMeetings", body, headers=user_headers())
    assert answer.status_code == 400


async def test_one_meeting_for_one_case(desk, user_headers):
    path, body = "/me/onlineMeetings/createOrGet", {"externalId": "case-1", "subject": "Case"}
    first = await desk.graph("POST", path, body, headers=user_headers())
    again = await desk.graph("POST", path, body, headers=user_headers())
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert (await desk.graph("POST", path, {}, headers=user_headers())).status_code == 400


async def test_a_meeting_changes_within_its_rules(desk, user_headers):
    headers = user_headers()
    made = (await desk.graph("POST", "/me/onlineMeetings", {"subject": "A"}, headers=headers)).json()
    path = f"/me/onlineMeetings/{made['id']}"
    lobby = {"scope": "everyone", "isDialInBypassEnabled": True}
    changed = await desk.graph("PATCH", path, {"lobbyBypassSettings": lobby}, headers=headers)
    assert (changed.status_code, changed.json()["lobbyBypassSettings"]) == (200, lobby)
    assert (await desk.graph("GET", path, headers=headers)).json()["lobbyBypassSettings"] == lobby
    for body in ({"joinMeetingIdSettings": {}}, {"startDateTime": "2026-09-01T09:00:00Z"}):
        assert (await desk.graph("PATCH", path, body, headers=headers)).status_code == 400
