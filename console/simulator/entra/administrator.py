"""The page on which an administrator grants permissions to everybody, as the console's link opens it.

Source: https://learn.microsoft.com/en-us/entra/identity-platform/v2-admin-consent
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from . import pages
from .discovery import Discovery
from .errors import Refusal
from .forms import read_form, read_query
from .grants import Grants


@dataclass(frozen=True, slots=True)
class Administrator:
    """Anybody may press Accept here: in the simulated tenant everybody is an administrator."""

    discovery: Discovery
    grants: Grants

    async def show(self, request: Request) -> Response:
        """GET: what is asked for. Raises Refusal."""
        fields = read_query(request)
        asked = self._asked(request, fields)
        return pages.ask_for_consent(request.url.path, fields, asked)

    async def decide(self, request: Request) -> Response:
        """POST: accepted or not. Entra sends the browser on to the redirect address, where nobody listens."""
        fields = await read_form(request)
        asked = self._asked(request, fields)
        if "accept" not in fields:
            return pages.message("Nothing changed", "The permissions were not granted.")
        self.grants.consented |= frozenset(asked)
        return pages.message("Permissions granted", "Operator Console has them now. You can close this page.")

    def _asked(self, request: Request, fields: dict[str, str]) -> tuple[str, ...]:
        self.discovery.known_tenant(request)
        if fields.get("client_id") != self.discovery.mint.directory.console_app_id:
            raise Refusal("unauthorized_client", 700016, "The application was not found in the directory.")
        return tuple(
            name for grant in self.grants.known().grants(fields.get("scope", "")) for name in grant.asked
        )
