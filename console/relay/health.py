"""Whether the relay lives, whether it can do its work, and if not why not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from console.domain.budget import Use
from console.wire.budget import write_uses

Check = Callable[[], str]
"""Returns why something is not ready, or nothing."""


def product_version() -> str:
    try:
        return version("operator-console")
    except PackageNotFoundError:
        return "0"


class Health:
    """Answers those who watch the relay. It tells no ids and no names, because anybody may ask."""

    def __init__(
        self,
        checks: Mapping[str, Check],
        counts: Callable[[], Mapping[str, int]],
        budget: Callable[[], Iterable[Use]],
        notices: Mapping[str, Check] | None = None,
    ) -> None:
        """`budget` gives the use of Microsoft's limits now.

        `notices` are no reason not to work, but somebody should know.
        """
        self._checks = checks
        self._counts = counts
        self._budget = budget
        self._notices = notices or {}

    def reasons(self) -> dict[str, str]:
        """Return what is not ready, by name."""
        found = {name: check() for name, check in self._checks.items()}
        return {name: reason for name, reason in found.items() if reason}

    def notices(self) -> dict[str, str]:
        """Return what somebody should look after before it becomes a reason, by name."""
        found = {name: check() for name, check in self._notices.items()}
        return {name: notice for name, notice in found.items() if notice}

    def sentence(self) -> str:
        """Return how things are, in one line for a service manager."""
        counts = self._counts()
        waits = ", ".join(f"{name}: {reason}" for name, reason in self.reasons().items())
        busy = f"{counts.get('calls', 0)} calls, {counts.get('streams', 0)} consoles"
        return f"{busy}; not ready ({waits})" if waits else busy

    async def live(self, _: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def ready(self, _: Request) -> Response:
        reasons = self.reasons()
        content = {
            "ready": not reasons,
            "reasons": reasons,
            "notices": self.notices(),
            "counts": dict(self._counts()),
            "budget": write_uses(self._budget()),
        }
        return JSONResponse(content, 503 if reasons else 200)

    async def version(self, _: Request) -> Response:
        return JSONResponse({"product": "operator-relay", "version": product_version()})
