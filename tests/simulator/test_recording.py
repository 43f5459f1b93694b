"""How exchanges are named and written down."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.routing import Route

from console.simulator.app import Simulator
from console.simulator.recording.exchanges import NOTHING, Binary, Exchange, Message, read, write
from console.simulator.recording.messages import identity_of, message, target
from console.simulator.recording.naming import operation_of
from console.simulator.recording.telling import kind_of, told_about

KEYS = st.text(st.characters(codec="utf-8"), max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | KEYS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
BODIES = st.just(NOTHING) | st.builds(Binary, st.just("image/jpeg")) | JSON
MESSAGES = st.builds(
    Message, st.sampled_from(["200 OK", "POST /v1.0/x"]), st.just((("Content-Type", "a/b"),)), BODIES
)


@given(MESSAGES, MESSAGES, st.lists(MESSAGES, max_size=2))
def test_what_is_written_can_be_read(request, answer, told):
    exchange = Exchange("calls/get", "application", request, answer, tuple(told))
    assert read(write(exchange)) == exchange


@pytest.mark.parametrize("text", ["", "### calls/get, application\n\nGET /x\n", "### a, b\n\nGET /\nodd\n"])
def test_other_texts_are_refused(text):
    with pytest.raises(ValueError):
        read(text)


def test_every_route_of_the_simulator_has_a_name(state):
    for route in Simulator(state)._routes():
        if not isinstance(route, Route) or not route.path.startswith("/v1.0") or route.name == "unknown":
            continue
        (method,) = (route.methods or set()) - {"HEAD"}
        path = route.path.removeprefix("/v1.0")
        for name in route.param_convertors:
            path = path.replace(f"{{{name}}}", "some-id")
        assert operation_of(method, path, {}, {}), route.path


@pytest.mark.parametrize(
    ("method", "path", "body", "name"),
    [
        ("POST", "/communications/calls/c/participants/invite", {}, "participants/invite"),
        ("POST", "/communications/calls", {"targets": [{}]}, "calls/create"),
        ("POST", "/communications/calls", {"meetingInfo": {"joinMeetingId": "1"}}, "calls/create.meetingId"),
        ("POST", "/communications/calls/c/transfer", {"transferTarget": {}}, "calls/transfer"),
        ("POST", "/communications/calls/c/dance", {}, None),
        ("PUT", "/me", {}, None),
    ],
)
def test_requests_are_named(method, path, body, name):
    assert operation_of(method, path, {}, body) == name


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        ({"changeType": "Created", "resourceUrl": "communications/calls/AB"}, "notifications/call.created"),
        (
            {"changeType": "deleted", "resource": "/app/calls/ab/operations/o"},
            "notifications/operation.deleted",
        ),
        ({"changeType": "../../x", "resourceUrl": "/elsewhere"}, "notifications/unknown.x"),
    ],
)
def test_notifications_are_named(item, kind):
    assert kind_of({"value": [item]}) == kind


def test_a_notification_names_its_calls_in_any_spelling():
    items = [{"resourceUrl": "/communications/calls/AB-C/participants"}, {"subscriptionId": "D-E"}, {}]
    assert told_about({"value": items}) == {"abc", "de"}


def test_only_the_headers_that_matter_are_taken_down():
    headers = [("authorization", "Bearer x"), ("cookie", "y"), ("content-type", "Application/JSON; q=1")]
    taken = message("GET /", headers, b'{"a": null}', ("Content-Type", "Location"))
    assert taken == Message("GET /", (("Content-Type", "application/json"),), {"a": None})
    assert message("GET /", [], b"\x00", ()).body == Binary("application/octet-stream")


def test_addresses_are_written_without_percent_signs():
    assert target("https://graph.example/v1.0/users?%24top=1&%24search=%22a%20b%22") == (
        '/v1.0/users?$top=1&$search="a b"'
    )


@pytest.mark.parametrize(
    ("token", "identity"),
    [
        ("a.eyJzY3AiOiAieCJ9.c", "delegated"),
        ("a.eyJpZHR5cCI6ImFwcCJ9.c", "application"),
        ("a.W10.c", "nobody"),
        ("a.!.c", "nobody"),
        ("", "nobody"),
    ],
)
def test_whose_token_it_was(token, identity):
    assert identity_of(f"Bearer {token}") == identity
