"""A browser without a screen: it fetches the sign-in page, presses a name and posts the answer."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx2

MAX_STEPS = 8
TIMEOUT = 20.0
"""Seconds for each request."""


class SignInFailed(Exception):
    """The pages did not lead to a signed-in application."""


@dataclass(slots=True)
class Form:
    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(values.get("action", ""), values.get("method", "get").lower()))
        elif self.forms and (name := values.get("name")):
            if tag == "input":
                self.forms[-1].fields[name] = values.get("value", "")
            elif tag == "button":
                self.forms[-1].choices.setdefault(name, []).append(values.get("value", ""))


def read_form(page: str) -> Form | None:
    """The first form of a page, if it has one."""
    reader = _FormReader()
    reader.feed(page)
    return reader.forms[0] if reader.forms else None


def _is_loopback(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")


def _open(ca_file: str | None) -> httpx2.Client:
    context = ssl.create_default_context(cafile=ca_file)
    # The environment's proxies have no business between a page and a listener on this computer.
    return httpx2.Client(verify=context, follow_redirects=True, timeout=TIMEOUT, trust_env=False)


def _press(form: Form, user: str, typed: dict[str, str]) -> dict[str, str]:
    if "accept" in form.choices:
        return form.fields | {"accept": "1"}
    if "user" not in form.choices:
        return form.fields
    wanted = next((c for c in form.choices["user"] if c.casefold() == user.casefold()), None)
    if wanted is None:
        raise SignInFailed(f"The sign-in page does not offer {user}.")
    return form.fields | typed | {"user": wanted}


def _walk(url: str, user: str, ca_file: str | None, typed: dict[str, str]) -> None:
    with _open(ca_file) as client:
        answer = client.get(url)
        for _ in range(MAX_STEPS):
            form = read_form(answer.text)
            if answer.is_error:
                raise SignInFailed(f"{urlsplit(str(answer.url)).netloc} answered {answer.status_code}.")
            if form is None:
                return
            target = urljoin(str(answer.url), form.action)
            data = _press(form, user, typed)
            answer = (
                client.post(target, data=data) if form.method == "post" else client.get(target, params=data)
            )
            if _is_loopback(target) and answer.is_success:
                return
    raise SignInFailed("The sign-in pages never ended.")


def sign_in(user: str, url: str, ca_file: str | None) -> None:
    """Sign `user` (a user principal name) in through the authorize page at `url`.

    Raises:
        SignInFailed: the page does not offer the user, or a page or the application refused.
        httpx2.HTTPError: a connection failed.
    """
    _walk(url, user, ca_file, {})


def approve_device(user: str, url: str, code: str, ca_file: str | None) -> None:
    """Type a device code into the page at `url` and sign `user` in; raises as `sign_in`."""
    _walk(url, user, ca_file, {"code": code})
