"""The page the browser shows once it has handed the sign-in over: small, self-contained, without script."""

from __future__ import annotations

import base64
import hashlib
from html import escape

from console.domain.text import Text
from console.language import Catalogue

_STYLE = """
:root {
  color-scheme: light dark; --bg: #eef1f6; --card: #fff; --ink: #1c2430; --soft: #5d6877; --tint: #3b5bdb;
}
@media (prefers-color-scheme: dark) {
  :root { --bg: #14181f; --card: #1d232c; --ink: #e8ecf2; --soft: #9aa6b5; --tint: #91a7ff; }
}
body {
  margin: 0; min-height: 100vh; display: grid; place-items: center;
  background: var(--bg); color: var(--ink); font: 16px/1.5 system-ui, sans-serif;
}
main {
  width: min(26rem, 88vw); padding: 2.25rem; text-align: center;
  background: var(--card); border-radius: 14px; border-top: 4px solid var(--tint);
}
small { color: var(--tint); font-weight: 600; letter-spacing: .04em; }
h1 { font-size: 1.35rem; margin: .6rem 0 .3rem; }
p { margin: 0; color: var(--soft); }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


def build_reply(status: str, title: Text, text: Text, catalogue: Catalogue) -> bytes:
    """A whole HTTP/1.1 response in the operator's language; `status` is like `200 OK`."""
    head, words = escape(catalogue.say(title)), escape(catalogue.say(text))
    body = (
        f'<!doctype html><html lang="{catalogue.language}"><meta charset="utf-8"><title>{head}</title>'
        f"<style>{_STYLE}</style><main><small>Operator Console</small>"
        f"<h1>{head}</h1><p>{words}</p></main></html>"
    ).encode()
    lines = (
        f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
        f"Cache-Control: no-store\r\nContent-Security-Policy: {_POLICY}\r\nReferrer-Policy: no-referrer\r\n"
        "X-Content-Type-Options: nosniff\r\nCross-Origin-Opener-Policy: same-origin\r\n"
        "Connection: close\r\n\r\n"
    ).encode()
    return lines + body
