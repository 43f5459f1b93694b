"""The HTTP client MSAL uses: httpx2 with our trust store, speaking the exceptions MSAL understands."""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from console.domain.routes import Route

if TYPE_CHECKING:
    import httpx2

DEFAULT_TIMEOUT = 10.0
"""Seconds. MSAL's own default is to wait for ever."""
LONGEST_PAUSE = 3600.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What MSAL wants to see of a response."""

    status_code: int
    text: str
    headers: dict[str, str]

    def raise_for_status(self) -> None:
        """MSAL replaces this by its own, but the interface asks for it.

        Raises:
            requests.exceptions.HTTPError: the status is an error.
        """
        if self.status_code >= 400:
            from requests.exceptions import HTTPError

            raise HTTPError(f"status {self.status_code}")


class HttpAdapter:
    """One pooled client for MSAL; used by one thread only.

    It is not `requests` because that lets REQUESTS_CA_BUNDLE override the trust it was given. `way` names the
    proxy to `address`, and is asked again when nothing is reached; without one the environment and the system
    do.
    `retry_after` is the pause in seconds the service last asked for, None once it answers well.
    """

    def __init__(
        self,
        context: ssl.SSLContext,
        timeout: float = DEFAULT_TIMEOUT,
        *,
        address: str = "",
        way: Route | None = None,
    ) -> None:
        self._context, self._timeout = context, timeout
        self._address, self._way = address, way
        self._proxy = self._find_proxy()
        self._client = self._build()
        self.retry_after: float | None = None

    def post(
        self,
        url: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        **_: object,
    ) -> Answer:
        form = _strings(data) if isinstance(data, Mapping) else None
        content = None if isinstance(data, Mapping) else data
        answer = self._send("POST", url, params=_strings(params), data=form, content=content, headers=headers)
        return _with_json(answer)

    def get(
        self,
        url: str,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        **_: object,
    ) -> Answer:
        answer = self._send("GET", url, params=_strings(params), headers=headers)
        # MSAL takes any 4xx here for "no such tenant", which too many requests and a hotel's page are not.
        if answer.status_code == 429:
            raise _unreadable(answer)
        return answer if answer.status_code >= 400 else _with_json(answer)

    def close(self) -> None:
        self._client.close()

    def _find_proxy(self) -> str | None:
        proxy = self._way(self._address) if self._way else None
        return proxy.address if proxy else None

    def _build(self) -> httpx2.Client:
        import httpx2

        return httpx2.Client(
            verify=self._context, timeout=self._timeout, trust_env=self._way is None, proxy=self._proxy
        )

    def _has_moved(self) -> bool:
        """Look for another way, and take it; False when there is none."""
        before, self._proxy = self._proxy, self._find_proxy()
        if self._proxy == before:
            return False
        self._client.close()
        self._client = self._build()
        return True

    def _send(self, method: str, url: str, **more: Any) -> Answer:
        """One request.

        Raises:
            requests.exceptions.Timeout, ConnectionError, RequestException: MSAL's fallback to a cached
                token knows only these.
        """
        import httpx2
        from requests import exceptions as known

        given = {k: v for k, v in more.items() if v is not None}
        try:
            try:
                response = self._client.request(method, url, **given)
            except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError):
                if not self._has_moved():
                    raise
                response = self._client.request(method, url, **given)  # nothing was sent the first time
        except httpx2.TimeoutException as error:
            raise known.Timeout(type(error).__name__) from error
        except httpx2.TransportError as error:
            raise known.ConnectionError(type(error).__name__) from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise known.RequestException(type(error).__name__) from error
        self.retry_after = _pause(response)
        return Answer(response.status_code, response.text, dict(response.headers))


def _strings(fields: Mapping[str, Any] | None) -> dict[str, str] | None:
    """Like `requests`: leave out what is None, and send bytes (a client assertion) as text."""
    if fields is None:
        return None
    return {
        name: value.decode() if isinstance(value, bytes) else str(value)
        for name, value in fields.items()
        if value is not None
    }


def _pause(response: httpx2.Response) -> float | None:
    if response.status_code != 429 and response.status_code < 500:
        return None
    text = response.headers.get("retry-after", "")
    return min(float(text), LONGEST_PAUSE) if text.isascii() and text.isdigit() else None


def _with_json(answer: Answer) -> Answer:
    """`answer`, if MSAL can parse it.

    MSAL logs a body that is not JSON in full, at ERROR, and a token endpoint's body may hold tokens.

    Raises:
        requests.exceptions.RequestException: the body is not a JSON object (a proxy's page, for example).
    """
    if answer.status_code >= 500:
        return answer
    if answer.status_code == 429:  # as an answer, so that MSAL itself waits before it asks again
        return Answer(429, '{"error": "temporarily_unavailable"}', answer.headers)
    try:
        is_object = isinstance(json.loads(answer.text), dict)
    except ValueError:
        is_object = False
    if is_object:
        return answer
    raise _unreadable(answer)


def _unreadable(answer: Answer) -> Exception:
    from requests.exceptions import RequestException

    return RequestException(f"status {answer.status_code} without a usable answer")
