"""What every sentence is in another language, from a readable file in resources/text."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache

from console import resources
from console.domain.text import Text
from console.language.choice import ENGLISH


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The sentences of one language by their English template; English itself needs none."""

    language: str = ENGLISH
    sentences: dict[str, str] = field(default_factory=dict)

    def translate(self, template: str) -> str:
        """Return the template in this language, or as it is when the catalogue lacks it."""
        return self.sentences.get(template, template)

    def say(self, text: Text | str) -> str:
        """Return what the operator reads; a plain string is data and stays as it is."""
        return text.put(self.translate) if isinstance(text, Text) else text


UNTRANSLATED = Catalogue()
"""English, as the sentences are written."""


@cache
def load(language: str) -> Catalogue:
    """Return the catalogue of `language`, one of LANGUAGES.

    The file is TOML because the standard library reads it as it lies there, in a source tree, a wheel and a
    frozen program: nothing has to be compiled, and a difference can be reviewed. Tables only group it.
    """
    if language == ENGLISH:
        return UNTRANSLATED
    tables = tomllib.loads(resources.read_text(f"text/{language}.toml"))
    return Catalogue(language, {key: said for table in tables.values() for key, said in table.items()})
