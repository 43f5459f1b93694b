"""Microsoft's SDK on people and whether they are free."""

from __future__ import annotations

import pytest

pytest.importorskip("msgraph", reason="msgraph-sdk is not installed (extra: sdk)")

from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.communications.get_presences_by_user_id import (
    get_presences_by_user_id_post_request_body as asking,
)
from msgraph.generated.models.person import Person
from msgraph.generated.models.presence import Presence
from msgraph.generated.models.user import User


async def test_users_me(desk, lena):
    me = await lena.me.get()
    assert isinstance(me, User)
    assert (me.id, me.display_name) == (desk.users[0].id, "Lena Ortiz")
    assert (me.given_name, me.surname) == ("Lena", "Ortiz")
    assert me.business_phones == [desk.users[0].business_phone]


async def test_users_list(lena):
    parameters = lena.users.UsersRequestBuilderGetQueryParameters(
        search='"displayName:anna"', count=True, top=5, select=["id", "displayName", "department"]
    )
    configuration = RequestConfiguration(query_parameters=parameters)
    configuration.headers.add("ConsistencyLevel", "eventual")
    found = await lena.users.get(configuration)
    assert [(user.display_name, user.department) for user in found.value] == [("Anna Berg", "Sales")]
    assert found.odata_count == 1
    assert found.value[0].mail is None


async def test_users_get(desk, lena):
    user = await lena.users.by_user_id(desk.users[3].id).get()
    assert isinstance(user, User)
    assert user.user_principal_name == desk.users[3].user_principal_name


async def test_people_list(lena):
    parameters = lena.me.people.PeopleRequestBuilderGetQueryParameters(search='"tom"')
    found = await lena.me.people.get(RequestConfiguration(query_parameters=parameters))
    (tom,) = found.value
    assert isinstance(tom, Person)
    assert tom.display_name == "Tom Reed"
    assert tom.scored_email_addresses[0].address == "tom@contoso.example"
    assert tom.person_type.class_ == "Person"


async def test_presence_me(desk, lena):
    mine = await lena.me.presence.get()
    assert isinstance(mine, Presence)
    assert (mine.id, mine.availability, mine.activity) == (desk.users[0].id, "Available", "Available")


async def test_presence_get(desk, lena):
    tom = desk.users[4]
    for builder in (
        lena.users.by_user_id(tom.id).presence,
        lena.communications.presences.by_presence_id(tom.id),
    ):
        presence = await builder.get()
        assert (presence.availability, presence.activity) == ("Busy", "InACall")


async def test_presence_many(desk, lena):
    ids = [user.id for user in desk.users[3:6]]
    body = asking.GetPresencesByUserIdPostRequestBody(ids=ids)
    presences = (await lena.communications.get_presences_by_user_id.post(body)).value
    assert all(isinstance(presence, Presence) for presence in presences)
    assert [presence.availability for presence in presences] == ["Available", "Busy", "Away"]
