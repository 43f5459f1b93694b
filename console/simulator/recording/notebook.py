"""Keeps the first success and the first failure of each kind of every operation, and what was told of it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from console.simulator.recording.exchanges import Exchange, Message, write
from console.simulator.recording.redaction import Redactor
from console.simulator.recording.telling import Following, kind_of
from console.simulator.recording.vocabulary import WORD

MOST_TOLD = 12
"""Notifications kept with one exchange."""


class Notebook:
    """Files in `folder`, which only this user may read. Everything is made anonymous before it is kept.

    A file that is there already stays as it is: the first of its kind has been taken down.
    """

    def __init__(self, folder: Path, redactor: Redactor) -> None:
        self._folder = folder
        self._redactor = redactor
        self._kept: dict[str, Exchange] = {}
        self._following = Following()

    def answered(self, exchange: Exchange) -> None:
        """Take down an exchange, named by its operation, if it is the first of its kind."""
        name = exchange.name + _failure(exchange)
        self._following.began(exchange, name if self._keep(name, exchange) else None)

    def told(self, message: Message) -> None:
        """Take down a notification: with the exchange that it follows, or by itself."""
        followed = self._following.names(message.body)
        for name in followed:
            before = self._kept[name]
            if len(before.told) < MOST_TOLD:
                told = (*before.told, self._redactor.message(message))
                self._kept[name] = replace(before, told=told)
                self._write(name)
        if not followed:
            name = kind_of(message.body)
            self._keep(name, Exchange(name, "", None, None, (message,)))

    def _keep(self, name: str, exchange: Exchange) -> bool:
        if name in self._kept or self._path(name).exists():
            return False
        self._kept[name] = replace(self._redactor.exchange(exchange), name=name)
        self._write(name)
        return True

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.http"

    def _write(self, name: str) -> None:
        path = self._path(name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(write(self._kept[name]))
        draft.replace(path)


def _failure(exchange: Exchange) -> str:
    """What is added to the name of a failure: its status and code, such as `.404.itemNotFound`."""
    if exchange.answer is None or exchange.answer.status < 400:
        return ""
    return f".{exchange.answer.status}.{code_of(exchange.answer.body)}"


def code_of(body: Any) -> str:
    """The code in an error's body, or `unknown`: one word, since it becomes part of a file's name."""
    error = body.get("error", body) if isinstance(body, dict) else {}
    code = (error.get("code") or error.get("errorCode")) if isinstance(error, dict) else None
    return code if isinstance(code, str) and WORD.fullmatch(code) else "unknown"
