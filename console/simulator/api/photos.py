"""Graph's routes on photos of users: `$value` only, in the sizes Graph keeps."""

from __future__ import annotations

from starlette.routing import Route

from console.simulator import errors
from console.simulator.api.users import named
from console.simulator.directory import Directory, User
from console.simulator.gate import Ask, Gate, Reply
from console.simulator.photos import SIZES, photo_of

READ_OWN = ("User.Read",)
READ = ("ProfilePhoto.Read.All", "User.ReadBasic.All", "User.Read.All")
LARGEST = SIZES[-1]


def photo_routes(gate: Gate, directory: Directory) -> list[Route]:
    """A photo of oneself or of somebody else; who is not at work has none."""

    async def mine(ask: Ask) -> Reply:
        return _answer(ask, named(directory, ask.principal.require_user((*READ_OWN, *READ))))

    async def one(ask: Ask) -> Reply:
        ask.principal.require_any(READ, READ)
        return _answer(ask, named(directory, ask.path["user_id"]))

    return [
        gate.route("GET", "/me/photo/$value", "photos.me", mine),
        gate.route("GET", "/users/{user_id}/photo/$value", "photos.get", one),
        gate.route("GET", "/users/{user_id}/photos/{size}/$value", "photos.get", one),
    ]


def _answer(ask: Ask, user: User) -> Reply:
    if not user.has_photo:
        raise errors.GraphError(
            404, "ImageNotFound", "Exception of type 'ImageNotFoundException' was thrown."
        )
    wanted = ask.path.get("size", f"{LARGEST}x{LARGEST}")
    sizes = {f"{size}x{size}": size for size in SIZES}
    if wanted not in sizes:
        raise errors.bad_request(f"size must be one of {', '.join(sizes)}.")
    return Reply(200, photo_of(user, sizes[wanted]), {"Content-Type": "image/png"})
