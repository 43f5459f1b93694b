"""How Graph refuses: one exception that carries status, code and sentence (REFERENCE §7.3)."""

from __future__ import annotations

from console.simulator import assumptions


class GraphError(Exception):
    """A refusal. `status` is HTTP, `code` is what programs read, `message` is for people.

    `bare` is for those whose envelope lacks the outer `error` (REFERENCE §7.3).
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        headers: dict[str, str] | None = None,
        *,
        bare: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}
        self.bare = bare


def not_found(what: str) -> GraphError:
    """404 for anything unknown or ended; documented for keepAlive (§1.7), assumed elsewhere."""
    return GraphError(*assumptions.GONE.value, f"{what} was not found.")


def bad_request(message: str) -> GraphError:
    """400 for a body or a query that breaks a documented rule."""
    return GraphError(*assumptions.BAD_REQUEST.value, message)


def wrong_state(message: str) -> GraphError:
    """Answer twice, redirect after answer, transfer too early: only the rules are documented (§7.3)."""
    return GraphError(*assumptions.WRONG_STATE.value, message)


def group_only(message: str) -> GraphError:
    """An operation that needs a group call, sent to a peer-to-peer call."""
    return GraphError(*assumptions.GROUP_ONLY.value, message)


def unknown_segment(segment: str) -> GraphError:
    """A path that Graph does not have."""
    return GraphError(*assumptions.UNKNOWN_SEGMENT.value, f"Resource not found for the segment '{segment}'.")


def forbidden(code: str, message: str) -> GraphError:
    return GraphError(403, code, message)


def unauthenticated(message: str, claims: str = "") -> GraphError:
    """401; with `claims` (in base64) it is a challenge, which a new token with these claims meets."""
    challenge = (
        'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"'
    )
    challenge += f', error="{"insufficient_claims" if claims else "invalid_token"}"'
    challenge += f', claims="{claims}"' if claims else ""
    return GraphError(401, "InvalidAuthenticationToken", message, {"WWW-Authenticate": challenge})
