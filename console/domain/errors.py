"""Everything that can go wrong, as one tree: a code, a sentence for the operator and what to do next.

ConsoleError
├── Refused              the press itself is not possible now: nothing was sent
├── NotSignedIn          nobody is signed in, or the sign-in needs the operator
├── NotAllowed           the role, a permission or a tenant setting forbids it
├── Taken                another operator has this call
├── CallGone             Graph no longer knows the call
├── NotFound             Graph does not know what was asked for, which is no call
├── WrongState           Graph will not do this to a call in its present state
├── Throttled            Graph asked us to wait
├── OutcomeUnknown       sent, but no answer came: it may or may not have happened
├── ServiceFailed        Graph or the relay failed
├── Unreachable          no connection to Graph or the relay
└── BadSettings          the configuration is wrong
"""

from __future__ import annotations

from typing import ClassVar


class ConsoleError(Exception):
    """Something an operator can be told about.

    `sentence` says what happened, `remedy` what to do next (both plain text, no markup),
    `request_id` is Graph's own id for the request, for support; `graph_code` is Graph's own error code where
    it gave one, so that the relay can pass it on.
    """

    code: ClassVar[str] = "failed"
    default_remedy: ClassVar[str] = ""
    graph_code: str = ""

    def __init__(self, sentence: str, remedy: str = "", *, request_id: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.remedy = remedy or self.default_remedy
        self.request_id = request_id

    def __str__(self) -> str:
        return f"{self.sentence} {self.remedy}".strip()


class Refused(ConsoleError):
    code = "refused"


class NotSignedIn(ConsoleError):
    code = "not-signed-in"
    default_remedy = "Sign in again."


class NotAllowed(ConsoleError):
    code = "not-allowed"
    default_remedy = "Ask your administrator for this permission."


class Taken(ConsoleError):
    code = "taken"

    def __init__(self, by: str, **more: str | None) -> None:
        super().__init__(f"{by} has taken this call.", **more)  # type: ignore[arg-type]
        self.by = by


class CallGone(ConsoleError):
    code = "call-gone"

    def __init__(
        self, sentence: str = "The call has ended.", remedy: str = "", *, request_id: str | None = None
    ):
        super().__init__(sentence, remedy, request_id=request_id)


class NotFound(ConsoleError):
    code = "not-found"
    default_remedy = "Look for it again."


class WrongState(ConsoleError):
    code = "wrong-state"
    default_remedy = "Look at the call again: it has moved on."


class Throttled(ConsoleError):
    code = "throttled"

    def __init__(self, retry_after: float, *, request_id: str | None = None) -> None:
        super().__init__(
            "Microsoft Graph asked us to slow down.",
            f"Try again in {retry_after:.0f} s.",
            request_id=request_id,
        )
        self.retry_after = retry_after


class OutcomeUnknown(ConsoleError):
    code = "outcome-unknown"
    default_remedy = "The call is being checked; look at it before you press again."


class ServiceFailed(ConsoleError):
    code = "service-failed"
    default_remedy = "Try again."


class Unreachable(ConsoleError):
    code = "unreachable"
    default_remedy = "Check the network; the console keeps trying."


class BadSettings(ConsoleError):
    code = "bad-settings"
