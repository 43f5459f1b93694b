"""Makes an exchange anonymous: whatever could name a person, a call or a secret becomes an invented value.

Only Microsoft's own words are kept (`vocabulary`), and only where they stand for nothing else. Every other
text is replaced by one of the same form; the same text becomes the same one again, so that an exchange can
still be followed. Nothing of what was replaced is ever written.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from console.simulator.recording.exchanges import NOTHING, Binary, Exchange, Message
from console.simulator.recording.vocabulary import (
    ADDRESSES,
    DURATION,
    DURATIONS,
    ENUMS,
    HEADER_KEY,
    KEY,
    MEDIA,
    NAMES,
    NUMBERS,
    PATH_WORDS,
    PREFERENCE,
    QUERY_WORDS,
    TONES,
    TYPE,
    WORD,
)

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
"""The time of the first time that is seen; all others keep their distance from it."""

_GUID = re.compile(r"[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}", re.IGNORECASE)
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?")
_MAIL = re.compile(r"[^\s@:/]+@[^\s@/]+")
_PHONE = re.compile(r"\+\d{4,15}")
_WRITTEN_PHONE = re.compile(r"[+(]?\d[\d ()/.-]{5,30}")
_THREAD = re.compile(r"19:.+@.+")
_SERVICE = re.compile(r"(https://(dod-)?graph\.microsoft\.(com|us))(?=/|$)")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|[^/#(),?&= '\"]+")


class Redactor:
    """`service` is the origin of the Graph that is recorded; it is written as Microsoft's own."""

    def __init__(self, service: str = "https://graph.microsoft.com") -> None:
        self._service = service
        self._known: dict[tuple[str, str], int] = {}
        self._counts: Counter[str] = Counter()
        self._shift: timedelta | None = None

    def exchange(self, exchange: Exchange) -> Exchange:
        """The same exchange without anything of anybody's."""
        request, answer = exchange.request, exchange.answer
        return Exchange(
            exchange.name,
            exchange.identity,
            self.message(request) if request else None,
            self.message(answer) if answer else None,
            tuple(self.message(message) for message in exchange.told),
        )

    def message(self, message: Message) -> Message:
        """The same message without anything of anybody's."""
        headers = tuple((name, self._header(name, value)) for name, value in message.headers)
        body = message.body
        if body is not NOTHING and not isinstance(body, Binary):
            body = self.value("", body)
        return Message(self._start(message.start), headers, body)

    def value(self, name: str, value: Any) -> Any:
        """What stands for `value` of the property `name`."""
        match value:
            case None | bool():
                return value
            case int() | float():
                return value if name in NUMBERS else type(value)(0)
            case str():
                return self._text(name, value)
            case list() if name == "tones":
                return ["tone0"] if value else []  # how many keys were pressed is a hint already
            case list():
                return [self.value(name, entry) for entry in value]
            case dict():
                return {self._key(key): self.value(key, entry) for key, entry in value.items()}
        return None

    def _key(self, key: str) -> str:
        own = KEY.fullmatch(key) or HEADER_KEY.fullmatch(key)
        return key if own else f"redacted{self._number('key', key)}"

    def _text(self, name: str, text: str) -> str:
        if not text:
            return text
        if name == "@odata.type":
            return text if TYPE.fullmatch(text) else self._invented(text)
        if name in TONES:
            return "tone0"
        if name in ENUMS and all(WORD.fullmatch(word) for word in text.split(",")):
            return text
        if name in ADDRESSES:
            return self._address(text)
        if name.casefold() in ("content-type", "accept") and MEDIA.fullmatch(text):
            return text
        if name in DURATIONS and DURATION.fullmatch(text):
            return text
        if name in NAMES:
            return f"Person {self._number('name', text)}"
        return self._invented(text)

    def _invented(self, text: str) -> str:
        """A text of the same form as `text`."""
        if _GUID.fullmatch(text):
            return self._guid(text)
        if (time := _TIME.fullmatch(text)) is not None:
            return self._time(time)
        if text.startswith(("https://", "http://")):
            return self._url(text)
        if _THREAD.fullmatch(text):
            return f"19:meeting_redacted{self._number('thread', text)}@thread.v2"
        if _MAIL.fullmatch(text):
            return f"person{self._number('mail', text.casefold())}@redacted.example"
        if text.isdecimal():
            return str(self._number("digits", text)).zfill(len(text))
        if _PHONE.fullmatch(text):
            return f"+1202555{100 + self._number('phone', text):04d}"
        if _WRITTEN_PHONE.fullmatch(text):
            return f"+1 202 555 {100 + self._number('phone', text):04d}"
        return f"redacted-{self._number('text', text)}"

    def _guid(self, text: str) -> str:
        """Invented, and written as it was: with hyphens or without, in either case."""
        plain = text.replace("-", "").casefold()
        made = f"c0de0000-0000-4000-8000-{self._number('guid', plain):012d}"
        made = made if "-" in text else made.replace("-", "")
        return made.upper() if text.upper() == text and text.lower() != text else made

    def _time(self, found: re.Match[str]) -> str:
        try:
            moment = datetime.fromisoformat(found[1]).replace(tzinfo=UTC)
            if self._shift is None:
                self._shift = BEGINNING - moment
            moment += self._shift
        except (ValueError, OverflowError):
            moment = BEGINNING
        digits = "." + "0" * (len(found[2]) - 1) if found[2] else ""
        zone = found[3] if found[3] in (None, "Z") else "+00:00"
        return f"{moment:%Y-%m-%dT%H:%M:%S}{digits}{zone or ''}"

    def _url(self, url: str) -> str:
        number = self._number("url", url)
        try:
            host = urlsplit(url).hostname or ""
        except ValueError:
            host = ""
        if host == "teams.microsoft.com":
            return f"https://teams.microsoft.com/l/meetup-join/redacted-{number}"
        return f"https://redacted.example/{number}"

    def _start(self, start: str) -> str:
        first, _, rest = start.partition(" ")
        if first.isdecimal():  # a status and its phrase, which is HTTP's own
            return start if re.fullmatch(r"\d{3} ?[A-Za-z '-]*", start) else first
        return f"{first} {self._address(rest)}"

    def _header(self, name: str, value: str) -> str:
        match name.casefold():
            case "content-type" | "accept" if MEDIA.fullmatch(value):
                return value
            case "consistencylevel" if value == "eventual":
                return value
            case "prefer" if PREFERENCE.fullmatch(value):
                return value
            case "retry-after" if value.isdecimal() and len(value) < 6:
                return value
            case "location":
                return self._address(value)
        return self._invented(value)

    def _address(self, text: str) -> str:
        """An address below Graph's root, whole or relative: its own words stay, ids and values go."""
        origin, rest = "", text
        if text.startswith(self._service + "/"):
            origin, rest = "https://graph.microsoft.com", text[len(self._service) :]
        elif (found := _SERVICE.match(text)) is not None:
            origin, rest = found[1], text[found.end() :]
        elif "://" in text.partition("?")[0]:
            return self._url(text)
        path, question, query = rest.partition("?")
        return (
            origin + self._words(path, PATH_WORDS) + question + self._words(query, QUERY_WORDS | PATH_WORDS)
        )

    def _words(self, text: str, known: frozenset[str]) -> str:
        def replaced(found: re.Match[str]) -> str:
            part = found[0]
            if part[0] in "'\"":
                inner = self._term(part[1:-1], known) if len(part) > 2 else ""
                return f"{part[0]}{inner}{part[0]}"
            if part in known or re.fullmatch(r"\d{1,3}(x\d{1,3})?", part):
                return part
            if re.fullmatch(r"(Collection|microsoft\.graph\.[A-Za-z]{1,60})", part):
                return part
            if re.fullmatch(r"[a-z][A-Za-z]{1,40}Operation", part):
                return part
            return self._invented(part)

        return _QUOTED.sub(replaced, text)

    def _term(self, text: str, known: frozenset[str]) -> str:
        """What is looked for: `displayName:ann` keeps the property's name only."""
        name, colon, term = text.partition(":")
        if colon and name in known and term:
            return f"{name}:{self._invented(term)}"
        return self._invented(text)

    def _number(self, kind: str, text: str) -> int:
        """1 for the first text of its kind, 2 for the second, and the same for the same text."""
        if (kind, text) not in self._known:
            self._counts[kind] += 1
            self._known[kind, text] = self._counts[kind]
        return self._known[kind, text]
