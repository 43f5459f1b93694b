"""A simulator whose time stands still, and Microsoft's SDK signed in to it as the bot and as a user.

A test is named after the operation that it drives (`calls.keepAlive`: `test_calls_keep_alive`), and fails
unless the simulator saw that operation and granted it. After two underscores may stand the name in our own
table, where several of its operations are one to Graph: `test_calls_create__call_join`.
"""

from __future__ import annotations

import re

import pytest

from tests.simulator.conftest import BOT_ROLES, SCOPES, desk, hook, state

MORE_ROLES = ("Calls.AccessMedia.All", "Calls.JoinGroupCallAsGuest.All", "CallRecords.Read.All")
MORE_SCOPES = "User.Read People.Read Presence.ReadWrite Calendars.ReadWrite OnlineMeetingArtifact.Read.All"

__all__ = ["desk", "hook", "state"]


def pytest_itemcollected(item):
    # The SDK defines deprecated classes beside the new ones and warns about them whenever it loads a module.
    item.add_marker(pytest.mark.filterwarnings("ignore:.*[Dd]eprecated:DeprecationWarning"))


@pytest.fixture
async def bot(desk):
    from tests.sdk.judge import judge

    roles = ",".join([*BOT_ROLES, *MORE_ROLES])
    async with judge(desk.running.graph_url, f"app:{roles}") as client:
        yield client


@pytest.fixture
async def lena(desk):
    from tests.sdk.judge import judge

    scopes = f"{SCOPES} {MORE_SCOPES}"
    async with judge(desk.running.graph_url, f"user:{desk.users[0].id}:{scopes}") as client:
        yield client


@pytest.fixture(autouse=True)
def _drove_what_it_says(request):
    """Compare the test's name with what the simulator answered during it."""
    if not {"bot", "lena", "client"}.intersection(request.fixturenames):
        yield
        return
    requests = request.getfixturevalue("desk").simulator.requests
    yield
    granted = {test_name(entry["operation"]) for entry in requests.since(0) if entry["status"] < 300}
    if request.node.originalname.partition("__")[0] not in granted:
        pytest.fail(f"the simulator granted only {sorted(granted)}", pytrace=False)


def test_name(operation: str) -> str:
    """The name of the test of `operation`."""
    return "test_" + re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation).replace(".", "_").lower()


test_name.__test__ = False
