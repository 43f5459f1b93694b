"""The sounds that callers hear, served to Graph, which fetches them without a token."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from console import resources

NAMES = ("welcome", "hold", "rescue")


class Prompts:
    """Knows the prompts and where Graph finds them. `root` is the relay's public URL."""

    def __init__(self, root: str) -> None:
        self._root = root

    def url(self, name: str) -> str:
        """Return where the prompt is. Raises KeyError for one there is not."""
        if name not in NAMES:
            raise KeyError(name)
        return f"{self._root}/prompts/{name}.wav"

    async def serve(self, request: Request) -> Response:
        name = str(request.path_params["name"])
        if name not in NAMES:
            return Response(status_code=404)
        file = resources.path(f"prompts/{name}.wav")
        return FileResponse(file, media_type="audio/wav", headers={"Cache-Control": "public, max-age=86400"})
