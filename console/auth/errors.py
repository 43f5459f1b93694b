"""What can go wrong with signing in, each with a sentence for the operator and what to do next.

AuthError
├── NobodySignedIn       nobody has signed in yet, or somebody signed out
├── OperatorNeeded       the session ended; only the operator can begin a new one
│   └── ConsentNeeded    a permission was not granted to this application
├── SignInDeclined       the operator pressed Cancel on the sign-in page
├── SignInRefused        the organisation refuses this person
├── SignInTimedOut       nobody finished the sign-in page
├── SignInBusy           another sign-in is under way
├── WayClosed            the administrator does not allow this way of signing in
├── BrokerFailed         what Windows offers for signing in does not answer
├── BrowserFailed        no browser could be opened
├── ListenerFailed       no port on this computer to wait for the browser
├── IdentityUnavailable  the sign-in service cannot be reached or asks us to wait
├── Ended                the program is ending, nothing can be asked any more
├── CredentialRefused    the bot's certificate or secret is not accepted
└── Misconfigured        the registration or the settings are wrong
"""

from __future__ import annotations

from typing import Self

from console.domain.errors import BadSettings, ConsoleError, NotAllowed, NotSignedIn, Unreachable
from console.domain.text import Text

from .mends import Mend, SignInAgain, TryAgain, UseBrowser


class AuthError(ConsoleError):
    """`mend` is what one button beside the sentence can do about it, None where there is nothing to press."""

    code = "auth"
    mend: Mend | None = None

    def mended_by(self, mend: Mend) -> Self:
        """Return this error with another button."""
        self.mend = mend
        return self


class NobodySignedIn(AuthError, NotSignedIn):
    code = "auth-nobody"
    default_remedy = Text("Sign in.")


class OperatorNeeded(AuthError, NotSignedIn):
    code = "auth-operator-needed"
    mend = SignInAgain()
    default_remedy = Text("Sign in again.")


class ConsentNeeded(OperatorNeeded):
    code = "auth-consent"
    default_remedy = Text("Sign in again and accept, or ask your administrator to grant the permission.")


class SignInDeclined(AuthError):
    code = "auth-declined"
    mend = SignInAgain()
    default_remedy = Text("Sign in again when you are ready.")


class SignInRefused(AuthError, NotAllowed):
    code = "auth-refused"
    default_remedy = Text("Ask your administrator.")


class SignInTimedOut(AuthError):
    code = "auth-timeout"
    mend = SignInAgain()
    default_remedy = Text("Start the sign-in again and finish it in the browser.")


class SignInBusy(AuthError):
    code = "auth-busy"
    default_remedy = Text("Finish the sign-in that is open, or cancel it first.")


class Ended(AuthError):
    code = "auth-ended"


class WayClosed(AuthError, NotAllowed):
    code = "auth-way-closed"
    default_remedy = Text("Sign in with the browser.")


class BrokerFailed(AuthError):
    code = "auth-broker"
    default_remedy = Text("Use the browser instead.")
    mend = UseBrowser()


class BrowserFailed(AuthError):
    code = "auth-browser"
    default_remedy = Text("Set a default browser in the settings of this computer.")


class ListenerFailed(AuthError):
    code = "auth-listener"
    default_remedy = Text("Close programs you do not need, or restart the computer.")


class IdentityUnavailable(AuthError, Unreachable):
    """`retry_after` is the number of seconds to wait before asking again."""

    code = "auth-unavailable"
    mend = TryAgain()

    def __init__(self, sentence: Text | str, retry_after: float) -> None:
        remedy = Text("Check the network and try again in {seconds} s.", seconds=round(retry_after))
        super().__init__(sentence, remedy)
        self.retry_after = retry_after


class CredentialRefused(AuthError, BadSettings):
    code = "auth-credential"
    default_remedy = Text("Check that this certificate is registered for the bot and has not expired.")


class Misconfigured(AuthError, BadSettings):
    code = "auth-settings"
    default_remedy = Text("Check the tenant, the application id and the scopes in the settings.")
