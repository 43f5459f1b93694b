"""What one button beside a sentence about signing in does: a closed set of values, carried out elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from console.domain.text import Text


@dataclass(frozen=True, slots=True)
class SignInAgain:
    """Opens the sign-in page, for the same person. `claims` is what the service wants of it, as JSON, and
    `scopes` what is to be consented to there beyond the usual, by full name."""

    claims: str = ""
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AskAdministrator:
    """Opens the page on which an administrator grants `permissions` to everybody; the link can be sent on."""

    url: str
    permissions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenPage:
    """Opens a page of Microsoft's where the operator can put it right."""

    url: str


@dataclass(frozen=True, slots=True)
class CopyDetails:
    """Copies what an administrator needs to find this sign-in in Entra's log. The window has to do it."""

    details: str


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Asks the sign-in service once more, at once."""


@dataclass(frozen=True, slots=True)
class UseBrowser:
    """Signs in with the browser in the place of what Windows offers."""


SIGN_IN_AGAIN = SignInAgain()

Mend = SignInAgain | AskAdministrator | OpenPage | CopyDetails | TryAgain | UseBrowser


def label_of(mend: Mend) -> Text:
    """Return the words on the button."""
    match mend:
        case SignInAgain(scopes=scopes):
            return Text("Sign in and accept") if scopes else Text("Sign in again")
        case AskAdministrator():
            return Text("Open the administrator's page")
        case OpenPage():
            return Text("Open the page")
        case CopyDetails():
            return Text("Copy the details for your administrator")
        case TryAgain():
            return Text("Try again")
        case UseBrowser():
            return Text("Use the browser instead")
        case _:
            assert_never(mend)
