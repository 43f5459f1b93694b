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

from console.domain.text import NOTHING, Text, sentences


class ConsoleError(Exception):
    """Something an operator can be told about, in their language.

    `sentence` says what happened, `remedy` what to do next (both plain text, no markup; one without values
    may be given as it is), `request_id` is Graph's own id for the request, for support, or ours where no
    answer came; `graph_code` is Graph's own error code where it gave one, so that the relay can pass it on;
    `retry_after` is the number of seconds that the service asked us to wait, 0 when it did not ask.
    """

    code: ClassVar[str] = "failed"
    default_remedy: ClassVar[Text] = NOTHING
    graph_code: str = ""
    retry_after: float = 0.0

    def __init__(
        self, sentence: Text | str, remedy: Text | str = "", *, request_id: str | None = None
    ) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence if isinstance(sentence, Text) else Text(sentence)
        self.remedy = (remedy if isinstance(remedy, Text) else Text(remedy)) or self.default_remedy
        self.request_id = request_id

    @property
    def text(self) -> Text:
        """The sentence and the remedy."""
        return sentences(self.sentence, self.remedy)

    def __str__(self) -> str:
        return str(self.text)


class Refused(ConsoleError):
    code = "refused"


class NotSignedIn(ConsoleError):
    code = "not-signed-in"
    default_remedy = Text("Sign in again.")


class NotAllowed(ConsoleError):
    code = "not-allowed"
    default_remedy = Text("Ask your administrator for this permission.")


class Taken(ConsoleError):
    code = "taken"

    def __init__(self, by: Text | str, **more: str | None) -> None:
        super().__init__(Text("{who} has taken this call.", who=by), **more)  # type: ignore[arg-type]
        self.by = by


class CallGone(ConsoleError):
    code = "call-gone"

    def __init__(
        self,
        sentence: Text | str = "The call has ended.",
        remedy: Text | str = "",
        *,
        request_id: str | None = None,
    ):
        super().__init__(sentence, remedy, request_id=request_id)


class NotFound(ConsoleError):
    code = "not-found"
    default_remedy = Text("Look for it again.")


class WrongState(ConsoleError):
    code = "wrong-state"
    default_remedy = Text("Look at the call again: it has moved on.")


class Throttled(ConsoleError):
    code = "throttled"

    def __init__(self, retry_after: float, *, request_id: str | None = None) -> None:
        super().__init__(
            Text("Microsoft Graph asked us to slow down."),
            Text("Try again in {seconds} s.", seconds=round(retry_after)),
            request_id=request_id,
        )
        self.retry_after = retry_after


class OutcomeUnknown(ConsoleError):
    code = "outcome-unknown"
    default_remedy = Text("The call is being checked; look at it before you press again.")


class ServiceFailed(ConsoleError):
    code = "service-failed"
    default_remedy = Text("Try again.")


class Unreachable(ConsoleError):
    code = "unreachable"
    default_remedy = Text("Check the network; the console keeps trying.")


class BadSettings(ConsoleError):
    code = "bad-settings"
