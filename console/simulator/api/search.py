"""`$search`, `$filter` and `$orderby` on /users, as far as a console uses them (REFERENCE §6.2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from console.simulator import errors
from console.simulator.directory import User

Test = Callable[[User], bool]

_CLAUSE = re.compile(r'\(|\)|\bAND\b|\bOR\b|"(?:[^"\\]|\\.)*"')
_FIELD: dict[str, Callable[[User], str]] = {
    "displayname": lambda user: user.display_name,
    "mail": lambda user: user.mail,
    "userprincipalname": lambda user: user.user_principal_name,
    "jobtitle": lambda user: user.job_title,
    "department": lambda user: user.department,
    "officelocation": lambda user: user.office_location,
}
_PHONE = re.compile(r"^businessPhones/any\(\s*(\w+)\s*:\s*\1 eq '([^']*)'\s*\)$")
_STARTS = re.compile(r"^startswith\(\s*(\w+)\s*,\s*'([^']*)'\s*\)$", re.IGNORECASE)
_EQUALS = re.compile(r"^(\w+) eq '([^']*)'$")


def find_users(users: Sequence[User], query: Mapping[str, str], eventual: bool) -> list[User]:
    """The users a query means, in order. `eventual`: the ConsistencyLevel header was sent. Raises 400."""
    search, where, order = (query.get(name) for name in ("$search", "$filter", "$orderby"))
    if search is not None and not eventual:
        raise errors.GraphError(
            400,
            "Request_UnsupportedQuery",
            "Request with $search query parameter only works through MSGraph with a special request header: "
            "'ConsistencyLevel: eventual'",
        )
    if order and (search or where) and query.get("$count") != "true":
        raise errors.GraphError(400, "Request_UnsupportedQuery", "Sorting a search needs $count=true.")
    tests = [_search(search)] if search is not None else []
    if where is not None:
        tests.append(_filter(where, eventual))
    found = [user for user in users if all(test(user) for test in tests)]
    if order:
        name, _, direction = order.partition(" ")
        field = _field(name)
        found.sort(key=lambda user: field(user).casefold(), reverse=direction.casefold() == "desc")
    return found


def _search(text: str) -> Test:
    """Reads `"displayName:ann" OR "mail:ann"` with brackets; AND binds tighter than OR."""
    tokens = _CLAUSE.findall(text)
    if not tokens or "".join(text.split()) != "".join("".join(tokens).split()):
        raise _unclear(text)
    test, rest = _either(tokens, text)
    if rest:
        raise _unclear(text)
    return test


def _either(tokens: list[str], text: str) -> tuple[Test, list[str]]:
    left, tokens = _both(tokens, text)
    while tokens and tokens[0] == "OR":
        right, tokens = _both(tokens[1:], text)
        left = _or(left, right)
    return left, tokens


def _both(tokens: list[str], text: str) -> tuple[Test, list[str]]:
    left, tokens = _single(tokens, text)
    while tokens and tokens[0] == "AND":
        right, tokens = _single(tokens[1:], text)
        left = _and(left, right)
    return left, tokens


def _single(tokens: list[str], text: str) -> tuple[Test, list[str]]:
    if not tokens:
        raise _unclear(text)
    if tokens[0] == "(":
        inner, rest = _either(tokens[1:], text)
        if not rest or rest[0] != ")":
            raise _unclear(text)
        return inner, rest[1:]
    if not tokens[0].startswith('"'):
        raise _unclear(text)
    name, colon, term = re.sub(r"\\(.)", r"\1", tokens[0][1:-1]).partition(":")
    if not colon or not term:
        raise _unclear(text)
    return _clause(name, term), tokens[1:]


def _clause(name: str, term: str) -> Test:
    """displayName is searched by words in any order, every other property by its beginning."""
    field = _field(name)
    if name.casefold() != "displayname":
        return lambda user: field(user).casefold().startswith(term.casefold())
    wanted = _words(term)
    return lambda user: all(any(has.startswith(word) for has in _words(field(user))) for word in wanted)


def _words(text: str) -> list[str]:
    """Splits at spaces, symbols, digits and changes of case, as the directory's index does."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=\D)(?=\d)|(?<=\d)(?=\D)", " ", text)
    return [word.casefold() for word in re.findall(r"\w+", spaced)]


def _filter(text: str, eventual: bool) -> Test:
    if (phone := _PHONE.match(text)) is not None:
        if not eventual:
            raise errors.GraphError(
                400, "Request_UnsupportedQuery", "Filtering phones needs ConsistencyLevel."
            )
        digits = re.sub(r"[^\d+]", "", phone[2])
        return lambda user: re.sub(r"[^\d+]", "", user.business_phone) == digits
    if (starts := _STARTS.match(text)) is not None:
        field, beginning = _field(starts[1]), starts[2].casefold()
        return lambda user: field(user).casefold().startswith(beginning)
    if (equals := _EQUALS.match(text)) is not None:
        field, value = _field(equals[1]), equals[2].casefold()
        return lambda user: field(user).casefold() == value
    raise _unclear(text)


def _field(name: str) -> Callable[[User], str]:
    field = _FIELD.get(name.casefold())
    if field is None:
        raise errors.GraphError(400, "BadRequest", f"Could not find a property named '{name}'.")
    return field


def _or(left: Test, right: Test) -> Test:
    return lambda user: left(user) or right(user)


def _and(left: Test, right: Test) -> Test:
    return lambda user: left(user) and right(user)


def _unclear(text: str) -> errors.GraphError:
    return errors.GraphError(400, "BadRequest", f"Syntax error in '{text}'.")
