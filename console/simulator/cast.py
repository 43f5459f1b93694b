"""Turns what a scene or a control request says about people into the parties and lines of a call."""

from __future__ import annotations

from console.simulator.directory import Directory, Line
from console.simulator.identities import Party
from console.simulator.ids import Ids


def read_caller(entry: object, directory: Directory, ids: Ids) -> Party:
    """Who calls: `userId` or `phone` or `withheld`, with or without `name`. Raises ValueError.

    A caller with only a name is a Teams user of the tenant whom the directory does not list.
    """
    match entry:
        case {"userId": str(user_id), **rest}:
            if (user := directory.user(user_id)) is not None:
                return Party("user", user.id, user.display_name, directory.tenant_id)
            return Party("user", user_id, _name(rest), directory.tenant_id)
        case {"phone": str(phone), **rest} if phone:
            return Party("phone", phone, _name(rest))
        case {"withheld": True}:
            return Party("encrypted", f"withheld-{ids.new()}")
        case {"name": str(name)} if name:
            return Party("user", ids.new(), name, directory.tenant_id)
    raise ValueError('caller needs "name", "phone", "userId" or "withheld": true')


def read_line(name: object, directory: Directory) -> Line:
    """A line by id, number or name, or the bot itself; the first when none is named. Raises ValueError."""
    if name is None:
        return directory.lines[0]
    wanted = str(name).casefold()
    itself = Line(directory.bot_app_id, directory.bot_display_name, "")
    for line in (*directory.lines, itself):
        if wanted in (line.id, line.phone, line.display_name.casefold()):
            return line
    raise ValueError(f"no such line; there are: {', '.join(line.display_name for line in directory.lines)}")


def forwarder_of(user: object, directory: Directory) -> Party | None:
    """The directory user whom a caller wanted, by id or sign-in name. Raises ValueError."""
    return company_of([user], directory)[0] if user is not None else None


def company_of(entries: object, directory: Directory) -> tuple[Party, ...]:
    """The directory users who are in a group call already, named by id or sign-in name. Raises ValueError."""
    if entries is None:
        return ()
    if not isinstance(entries, list):
        raise ValueError('"with" must be a list of users')
    company = []
    for entry in entries:
        user = directory.user(str(entry))
        if user is None:
            raise ValueError(f"no such user: {entry}")
        company.append(Party("user", user.id, user.display_name, directory.tenant_id))
    return tuple(company)


def _name(entry: dict[object, object]) -> str | None:
    name = entry.get("name")
    return name if isinstance(name, str) and name else None
