"""The HTML a person sees while signing in: choose an account, hand the answer back, enter a device code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from starlette.responses import HTMLResponse

from console.simulator.directory import User

from .style import STYLE

_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def _page(title: str, body: str, *, status: int = 200, script: str = "", nonce: str = "") -> HTMLResponse:
    allow_script = f"script-src 'nonce-{nonce}'; " if script else ""
    tail = f'<script nonce="{nonce}">{script}</script>' if script else ""
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; {allow_script}frame-ancestors 'none'; "
        "base-uri 'none'; form-action 'self' http://localhost:*"
    )
    html = (
        f'<!doctype html><html lang="en"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style><main><h1>{escape(title)}</h1>{body}</main>{tail}</html>"
    )
    return HTMLResponse(html, status, _HEADERS | {"Content-Security-Policy": policy})


def _hidden(fields: Mapping[str, str]) -> str:
    return "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in fields.items()
    )


def _account(user: User, hint: str) -> str:
    chosen = ' class="hint" autofocus' if user.user_principal_name.casefold() == hint.casefold() else ""
    roles = f"<em>{escape(', '.join(user.roles))}</em>" if user.roles else ""
    return (
        f'<button name="user" value="{escape(user.user_principal_name)}"{chosen}>'
        f"<i>{escape(user.display_name[:1])}</i>"
        f"<span><b>{escape(user.display_name)}</b><small>{escape(user.user_principal_name)}</small></span>"
        f"{roles}</button>"
    )


def choose_account(action: str, fields: Mapping[str, str], users: Iterable[User], hint: str) -> HTMLResponse:
    """The sign-in page: one press on a person signs in as that person."""
    ranked = sorted(users, key=lambda u: (u.user_principal_name.casefold() != hint.casefold(), not u.roles))
    body = (
        "<p>This is the simulated tenant: no password, everybody here is invented.</p>"
        f'<form method="post" action="{escape(action)}">{_hidden(fields)}'
        f"{''.join(_account(user, hint) for user in ranked)}"
        '<button class="plain" name="decline" value="1">Cancel</button></form>'
    )
    return _page("Choose an account", body)


def ask_for_consent(action: str, fields: Mapping[str, str], permissions: Iterable[str]) -> HTMLResponse:
    """What the application asks for; `fields` are sent on when it is accepted."""
    asked = "".join(f"<li>{escape(name)}</li>" for name in permissions)
    body = (
        "<p>Operator Console would like to have:</p>"
        f'<ul>{asked}</ul><form method="post" action="{escape(action)}">{_hidden(fields)}'
        '<button name="accept" value="1">Accept</button>'
        '<button class="plain" name="decline" value="1">Cancel</button></form>'
    )
    return _page("Permissions requested", body)


def hand_back(redirect_uri: str, fields: Mapping[str, str], nonce: str) -> HTMLResponse:
    """The `form_post` answer: a form to the waiting application that sends itself."""
    body = (
        "<p>Handing over to the application.</p>"
        f'<form method="post" action="{escape(redirect_uri)}">{_hidden(fields)}'
        '<button class="plain">Continue</button></form>'
    )
    return _page("Signing in", body, script="document.forms[0].submit()", nonce=nonce)


def enter_device_code(action: str, users: Iterable[User], code: str = "", problem: str = "") -> HTMLResponse:
    """The page a person opens on another device."""
    warning = f"<p><b>{escape(problem)}</b></p>" if problem else ""
    body = (
        f"<p>Type the code your console shows, then choose who you are.</p>{warning}"
        f'<form method="post" action="{escape(action)}">'
        f'<input name="code" value="{escape(code)}" autocomplete="off" aria-label="Code" required autofocus>'
        f"{''.join(_account(user, '') for user in users if user.roles)}"
        '<button class="plain" name="decline" value="1">Refuse</button></form>'
    )
    return _page("Enter code", body, status=400 if problem else 200)


def message(title: str, text: str, *, status: int = 200) -> HTMLResponse:
    return _page(title, f"<p>{escape(text)}</p>", status=status)
