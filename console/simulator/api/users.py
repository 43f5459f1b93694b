"""Graph's routes on the directory (REFERENCE §6.2)."""

from __future__ import annotations

from starlette.routing import Route

from console.simulator import errors
from console.simulator.api.search import find_users
from console.simulator.directory import Directory, User
from console.simulator.gate import Ask, Gate, Reply
from console.simulator.identities import Json

PROPERTIES = (
    "businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone", "officeLocation",
    "preferredLanguage", "surname", "userPrincipalName", "id",
)  # fmt: skip
"""What Graph returns of a user when `$select` is absent; `department` is not among them."""
READ_USERS = ("User.ReadBasic.All", "User.Read.All")
READ_SELF = ("User.Read", *READ_USERS)
PAGE = 100
PAGE_MAXIMUM = 999


def user_routes(gate: Gate, directory: Directory) -> list[Route]:
    """The signed-in user, and people by id or by search."""

    async def me(ask: Ask) -> Reply:
        user = named(directory, ask.principal.require_user(READ_SELF))
        return Reply(200, {"@odata.context": f"{ask.root}/$metadata#users/$entity", **shown(user, ask)})

    async def one(ask: Ask) -> Reply:
        ask.principal.require_any(READ_USERS, READ_USERS)
        user = named(directory, ask.path["user_id"])
        return Reply(200, {"@odata.context": f"{ask.root}/$metadata#users/$entity", **shown(user, ask)})

    async def many(ask: Ask) -> Reply:
        ask.principal.require_any(READ_USERS, READ_USERS)
        found = find_users(directory.users, ask.query, ask.headers.get("consistencylevel") == "eventual")
        top = _number(ask.query.get("$top"), PAGE, PAGE_MAXIMUM)
        start = _number(ask.query.get("$skiptoken"), 0, len(directory.users))
        body: Json = {"@odata.context": f"{ask.root}/$metadata#users"}
        if ask.query.get("$count") == "true":
            body["@odata.count"] = len(found)
        if len(found) > start + top:
            query = "&".join(f"{k}={v}" for k, v in ask.query.items() if k != "$skiptoken")
            body["@odata.nextLink"] = f"{ask.root}/users?{query}&$skiptoken={start + top}"
        body["value"] = [shown(user, ask) for user in found[start : start + top]]
        return Reply(200, body)

    async def people(ask: Ask) -> Reply:
        user = named(directory, ask.principal.require_user(("People.Read", "People.Read.All")))
        wanted = ask.query.get("$search", "").strip('"').casefold()
        top = _number(ask.query.get("$top"), 10, 250)
        found = [u for u in directory.users if u.id != user.id and wanted in u.display_name.casefold()]
        context = f"{ask.root}/$metadata#users('{user.id}')/people"
        return Reply(200, {"@odata.context": context, "value": [person(u) for u in found[:top]]})

    return [
        gate.route("GET", "/me", "users.me", me),
        gate.route("GET", "/me/people", "people.list", people),
        gate.route("GET", "/users", "users.list", many),
        gate.route("GET", "/users/{user_id}", "users.get", one),
    ]


def named(directory: Directory, id: str) -> User:
    """A user by id or sign-in name. Raises 404."""
    user = directory.user(id)
    if user is None:
        raise errors.GraphError(
            404, "Request_ResourceNotFound", f"Resource '{id}' does not exist or cannot be found."
        )
    return user


def shown(user: User, ask: Ask) -> Json:
    """A user as Graph shows them, narrowed by `$select`. Raises 400 for a property nobody has."""
    given, _, surname = user.display_name.partition(" ")
    everything: Json = {
        "id": user.id,
        "displayName": user.display_name,
        "givenName": given,
        "surname": surname or None,
        "mail": user.mail,
        "userPrincipalName": user.user_principal_name,
        "businessPhones": [user.business_phone],
        "mobilePhone": None,
        "department": user.department,
        "jobTitle": user.job_title,
        "officeLocation": user.office_location,
        "preferredLanguage": None,
        "accountEnabled": True,
    }
    wanted = [name.strip() for name in ask.query.get("$select", "").split(",") if name.strip()]
    unknown = [name for name in wanted if name not in everything]
    if unknown:
        raise errors.GraphError(
            400,
            "BadRequest",
            f"Could not find a property named '{unknown[0]}' on type 'microsoft.graph.user'.",
        )
    return {name: everything[name] for name in (wanted or PROPERTIES)}


def person(user: User) -> Json:
    """A user as /me/people shows them: the people around the signed-in user (REFERENCE §6.2)."""
    given, _, surname = user.display_name.partition(" ")
    return {
        "@odata.type": "#microsoft.graph.person",
        "id": user.id,
        "displayName": user.display_name,
        "givenName": given,
        "surname": surname or None,
        "userPrincipalName": user.user_principal_name,
        "scoredEmailAddresses": [{"address": user.mail, "relevanceScore": 1.0}],
        "phones": [{"type": "business", "number": user.business_phone}],
        "jobTitle": user.job_title,
        "department": user.department,
        "officeLocation": user.office_location,
        "personType": {"class": "Person", "subclass": "OrganizationUser"},
    }


def _number(value: str | None, usual: int, most: int) -> int:
    if value is None:
        return usual
    if not value.isdecimal() or int(value) > most:
        raise errors.bad_request("Invalid page size specified.")
    return int(value)
