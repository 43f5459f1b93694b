"""A browser by script: it follows sign-in pages form by form, whoever wrote them, until one leads home."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Mapping
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx2

STEPS = 12


class Page(HTMLParser):
    """The first form of a page: where it goes, and what is in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.action: str | None = None
        self.method = "get"
        self.fields: dict[str, str] = {}
        self.choices: dict[str, list[str]] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        name = values.get("name", "")
        if tag == "form" and self.action is None:
            self.action, self.method = values.get("action", ""), values.get("method", "get").lower()
        elif tag == "input" and name:
            self.fields.setdefault(name, values.get("value", ""))
        elif tag == "button" and name:
            self.choices.setdefault(name, []).append(values.get("value", ""))

    def filled(self, answers: Mapping[str, str]) -> dict[str, str]:
        """What is sent when somebody types `answers` into the fields and presses the buttons of that name."""
        typed = {name: answers.get(name) or value for name, value in self.fields.items() if name != "abort"}
        pressed = {n: answers[n] for n, values in self.choices.items() if answers.get(n) in values}
        return typed | pressed


def walk(url: str, answers: Mapping[str, str], ca_file: str) -> str:
    """Follow the pages from `url` and return the text of the last one: ours on this computer, or one without
    a form."""
    trust = ssl.create_default_context(cafile=ca_file)
    with httpx2.Client(verify=trust, follow_redirects=True, timeout=20.0, trust_env=False) as client:
        answer = client.get(url)
        for _ in range(STEPS):
            page = Page(answer.text)
            if page.action is None:
                return answer.text
            target = urljoin(str(answer.url), page.action)
            filled = page.filled(answers)
            if page.method == "post":
                answer = client.post(target, data=filled)
            else:
                answer = client.get(target, params=filled)
            if urlsplit(target).scheme == "http":
                return answer.text
    raise AssertionError(f"the pages never ended: {answer.url.path}")


def set_out(url: str, answers: Mapping[str, str], ca_file: str) -> None:
    """Walk in a thread, as a browser is: its own program."""
    threading.Thread(target=walk, args=(url, answers, ca_file), name="scripted browser", daemon=True).start()
