"""Windows' own sign-in, as far as it can be tried elsewhere: who is offered it, and what MSAL is given.

The call into Windows itself is Microsoft's and needs Windows.
"""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from console.auth import AccountService, SignedIn, SignedOut, UseBrowser, uses_broker
from console.auth.broker import ask_windows, is_here
from console.auth.client import Ask
from console.auth.errors import BrokerFailed
from tests.auth.judges import Simulated
from tests.auth.walker import set_out

LENA = "lena@contoso.example"


@pytest.mark.parametrize(
    ("platform", "allowed", "installed", "expected"),
    [
        ("win32", True, True, True),
        ("win32", True, False, False),
        ("win32", False, True, False),
        ("darwin", True, True, False),
        ("linux", True, True, False),
    ],
)
def test_it_is_the_default_on_windows_and_nowhere_else(
    platform: str, allowed: bool, installed: bool, expected: bool
) -> None:
    assert uses_broker(platform, allowed=allowed, installed=lambda: installed) is expected
    assert is_here("json") and not is_here("no_such_library")


class Application:
    """What MSAL's application looks like to us; `answer` is called with what it was given."""

    CONSOLE_WINDOW_HANDLE = object()

    def __init__(self, answer: Callable[..., dict[str, Any]]) -> None:
        self.answer = answer

    def acquire_token_interactive(self, scopes: list[str], **given: Any) -> dict[str, Any]:
        return self.answer(scopes=scopes, **given)


def test_msal_is_given_the_window_the_hint_and_the_claims() -> None:
    given: dict[str, Any] = {}

    def answer(**what: Any) -> dict[str, Any]:
        given.update(what)
        return {"access_token": "t"}

    application: Any = Application(answer)
    assert ask_windows(application, ["api://relay/x"], Ask(LENA, '{"a":1}'), 4711) == {"access_token": "t"}
    assert given == {
        "scopes": ["api://relay/x"],
        "prompt": None,
        "login_hint": LENA,
        "claims_challenge": '{"a":1}',
        "parent_window_handle": 4711,
    }
    ask_windows(application, [], Ask(), 0)
    assert given["parent_window_handle"] is Application.CONSOLE_WINDOW_HANDLE
    assert (given["prompt"], given["login_hint"], given["claims_challenge"]) == ("select_account", None, None)


@pytest.mark.parametrize("error", [RuntimeError("0x80070520"), ValueError("handle"), OSError("dll")])
def test_what_windows_says_becomes_a_sentence_and_the_browser(error: Exception) -> None:
    def answer(**_: Any) -> dict[str, Any]:
        raise error

    application: Any = Application(answer)
    with pytest.raises(BrokerFailed, match="Windows could not sign you in") as caught:
        ask_windows(application, [], Ask(), 1)
    assert caught.value.mend == UseBrowser()


@pytest.fixture
async def service(server: Any) -> AsyncIterator[AccountService]:
    """A console that would let Windows sign in. Elsewhere MSAL itself goes to the browser then."""
    judge = Simulated(server)
    made = AccountService(
        judge.registration,
        context=judge.context,
        open_browser=lambda url: set_out(url, judge.answers(LENA), judge.ca_file),
        now=time.time,
        broker=True,
        sign_in_timeout=0.3,
    )
    yield made
    await made.close()


async def test_the_browser_instead(service: AccountService, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dialog that never answers is left behind, and the button beside the sentence goes another way."""
    gone = threading.Event()

    def hang(*_: object, **__: object) -> dict[str, Any]:
        gone.wait(20)
        return {}

    monkeypatch.setattr("msal.PublicClientApplication.acquire_token_interactive", hang)
    with pytest.raises(BrokerFailed, match="in time") as caught:
        await service.sign_in()
    assert service.state == SignedOut() and service.uses_windows
    gone.set()
    object.__setattr__(service._ways, "timeout", 20.0)
    assert caught.value.mend is not None
    await service.mend(caught.value.mend)
    assert isinstance(service.state, SignedIn) and not service.uses_windows
