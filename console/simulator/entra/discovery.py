"""The metadata documents a client reads first: which cloud, which endpoints, which keys."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .errors import Refusal
from .tokens import TokenMint

TENANT_ALIASES = frozenset({"common", "organizations"})


@dataclass(frozen=True, slots=True)
class Discovery:
    mint: TokenMint

    def known_tenant(self, request: Request) -> str:
        """The tenant id of the path; aliases count as our only tenant.

        Raises:
            Refusal: the path names another tenant.
        """
        tenant = str(request.path_params["tenant"]).casefold()
        ours = self.mint.directory.tenant_id
        if tenant != ours.casefold() and tenant not in TENANT_ALIASES:
            raise Refusal("invalid_tenant", 90002, f"Tenant '{tenant}' not found.")
        return ours

    async def instance(self, request: Request) -> Response:
        base = self.mint.base_url()
        host = urlsplit(base).hostname or ""
        entry = {"preferred_network": host, "preferred_cache": host, "aliases": [host]}
        tenant = self.mint.directory.tenant_id
        endpoint = f"{base}/{tenant}/v2.0/.well-known/openid-configuration"
        return JSONResponse(
            {"tenant_discovery_endpoint": endpoint, "api-version": "1.1", "metadata": [entry]}
        )

    async def configuration(self, request: Request) -> Response:
        root = f"{self.mint.base_url()}/{self.known_tenant(request)}"
        return JSONResponse(
            {
                "issuer": self.mint.issuer,
                "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
                "token_endpoint": f"{root}/oauth2/v2.0/token",
                "device_authorization_endpoint": f"{root}/oauth2/v2.0/devicecode",
                "end_session_endpoint": f"{root}/oauth2/v2.0/logout",
                "jwks_uri": f"{root}/discovery/v2.0/keys",
                "response_modes_supported": ["query", "form_post"],
                "response_types_supported": ["code"],
                "scopes_supported": ["openid", "profile", "email", "offline_access"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["private_key_jwt"],
                "claims_supported": ["sub", "iss", "aud", "exp", "iat", "nonce", "name", "oid", "tid", "ver"],
            }
        )

    async def keys(self, request: Request) -> Response:
        self.known_tenant(request)
        return JSONResponse(self.mint.key.document(self.mint.issuer))
