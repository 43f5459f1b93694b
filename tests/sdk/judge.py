"""Microsoft's own client, pointed at a simulator."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from azure.core.credentials import AccessToken
from kiota_authentication_azure.azure_identity_authentication_provider import (
    AzureIdentityAuthenticationProvider,
)
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.graph_request_adapter import options
from msgraph_core import GraphClientFactory


class Credential:
    """Gives a token that was made in advance, where azure-identity would fetch one."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def get_token(self, *scopes: str, **_: object) -> AccessToken:
        return AccessToken(self._token, int(time.time()) + 3600)


@asynccontextmanager
async def judge(graph_url: str, token: str) -> AsyncIterator[GraphServiceClient]:
    """A client with all of the SDK's own middleware. Only the address is ours."""
    # The SDK's transport wraps this one and does not close it.
    async with httpx.AsyncHTTPTransport(trust_env=False) as transport:
        http = httpx.AsyncClient(transport=transport, trust_env=False)
        with_middleware = GraphClientFactory.create_with_default_middleware(client=http, options=options)
        provider = AzureIdentityAuthenticationProvider(Credential(token), allowed_hosts=["127.0.0.1"])
        adapter = GraphRequestAdapter(provider, client=with_middleware)
        adapter.base_url = graph_url
        yield GraphServiceClient(request_adapter=adapter)
