"""Signing in on another device: the console asks for a code, a person types it into the device page."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from . import pages
from .discovery import Discovery
from .errors import Refusal
from .forms import read_form
from .grants import Grants
from .sessions import DEVICE_LIFETIME

PAGE = "/common/oauth2/deviceauth"


@dataclass(slots=True)
class Devices:
    """`interval` is the number of seconds the client must wait between its questions."""

    discovery: Discovery
    grants: Grants
    interval: int = 5

    async def open(self, request: Request) -> Response:
        self.discovery.known_tenant(request)
        fields = await read_form(request)
        directory = self.discovery.mint.directory
        if fields.get("client_id") != directory.console_app_id:
            raise Refusal("unauthorized_client", 700016, "The application was not found in the directory.")
        self.grants.resources().grants(fields.get("scope", ""))
        key, device = self.grants.sessions.open_device(fields["client_id"], fields.get("scope", ""))
        page = f"{self.discovery.mint.base_url()}{PAGE}"
        return JSONResponse(
            {
                "device_code": key,
                "user_code": device.user_code,
                "verification_uri": page,
                "expires_in": int(DEVICE_LIFETIME),
                "interval": self.interval,
                "message": f"To sign in, open the page {page} and enter the code {device.user_code}.",
            }
        )

    async def show(self, request: Request) -> Response:
        return pages.enter_device_code(PAGE, self.discovery.mint.directory.users)

    async def approve(self, request: Request) -> Response:
        """A person typed a code and pressed a name, or refused."""
        fields = await read_form(request)
        directory = self.discovery.mint.directory
        typed = fields.get("code", "")
        device = self.grants.sessions.find_device(typed)
        if device is None:
            return pages.enter_device_code(
                PAGE, directory.users, typed, "That code is not valid or has expired."
            )
        if "decline" in fields:
            device.declined = True
            return pages.message("Refused", "The other device stays signed out.")
        user = directory.user(fields.get("user", ""))
        if user is None:
            return pages.enter_device_code(PAGE, directory.users, typed, "Choose who you are.")
        self.grants.admit(user, device.scope)
        device.user = user
        return pages.message("Signed in", f"You are signed in as {user.display_name} on the other device.")
