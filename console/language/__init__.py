"""The languages of the console: which one an operator reads, and the catalogue that holds its sentences."""

from console.language.catalogue import UNTRANSLATED, Catalogue, load
from console.language.choice import AUTO, CHINESE, ENGLISH, LANGUAGES, choose, of_terminal

__all__ = [
    "AUTO",
    "CHINESE",
    "ENGLISH",
    "LANGUAGES",
    "UNTRANSLATED",
    "Catalogue",
    "choose",
    "load",
    "of_terminal",
]
