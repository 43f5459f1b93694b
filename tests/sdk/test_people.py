"""Microsoft's SDK on people and their photos."""

from __future__ import annotations

import pytest

pytest.importorskip("msgraph", reason="msgraph-sdk is not installed (extra: sdk)")

from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.models.person import Person
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


PNG = b"\x89PNG\r\n\x1a\n"


async def test_photos_me(lena):
    assert (await lena.me.photo.content.get()).startswith(PNG)


async def test_photos_get(desk, lena):
    anna = lena.users.by_user_id(desk.users[3].id)
    whole = await anna.photo.content.get()
    small = await anna.photos.by_profile_photo_id("48x48").content.get()
    assert whole.startswith(PNG) and small.startswith(PNG) and len(small) < len(whole)
