"""The operator's language at the edge where texts are shown: Qt's own translators hold it.

Our catalogue answers as one of Qt's translators, so that Qt's texts and ours come through the same door and
no object has to be handed to every widget that shows a word.
"""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QCoreApplication, QDate, QLibraryInfo, QLocale, QObject, QTranslator

from console.domain.text import Text, Value
from console.language import ENGLISH, Catalogue

_OURS, _KEYS = "console", "QShortcut"
"""Contexts, in Qt's sense: of our own sentences, and of Qt's names for keys."""


def tr(template: str, /, **values: Value) -> str:
    """Return a sentence of the window in the operator's language; `template` is written out at the call."""
    return say(Text(template, **values))


def say(text: Text | str) -> str:
    """Return what the operator reads for a sentence from below; a plain string is data and stays as it is."""
    return text.put(_translate) if isinstance(text, Text) else text


def listed(*parts: str) -> str:
    """Return the parts that are not empty, as a list in one line."""
    return tr(", ").join(part for part in parts if part)


def day_text(day: date, form: str = "") -> str:
    """Return "Monday 23 November 2026"; `form` is another of Qt's formats."""
    return QLocale().toString(QDate(day.year, day.month, day.day), form or tr("dddd d MMMM yyyy"))


class CatalogueTranslator(QTranslator):
    """Answers for our sentences and for keys; Qt asks its own translator for everything else."""

    def __init__(self, catalogue: Catalogue, parent: QObject) -> None:
        super().__init__(parent)
        self._sentences = catalogue.sentences

    def isEmpty(self) -> bool:
        return not self._sentences

    def translate(
        self, context: str, source: str, disambiguation: str | None = None, n: int = -1
    ) -> str | None:  # None is Qt's null string: the next translator answers
        if context == _KEYS:
            return source  # what is printed on the keys of a Chinese keyboard too
        return self._sentences.get(source) if context == _OURS else None


def speak(application: QCoreApplication, catalogue: Catalogue) -> tuple[QTranslator, ...]:
    """Show texts, dates and Qt's own dialogs in the language of `catalogue`; return the translators in use.

    Called once, before the first widget is made: what is on screen is not worded again.
    """
    wanted = QLocale(catalogue.language)
    if QLocale().language() != wanted.language():  # else the region's own way to write dates stays
        QLocale.setDefault(wanted)
    if catalogue.language == ENGLISH:
        return ()
    theirs = QTranslator(application)
    theirs.load(f"qtbase_{wanted.name()}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    ours = CatalogueTranslator(catalogue, application)
    for translator in (theirs, ours):
        application.installTranslator(translator)
    return theirs, ours


def system_languages() -> list[str]:
    """Return the languages that the system prefers, best first."""
    return QLocale.system().uiLanguages()


def _translate(template: str) -> str:
    return QCoreApplication.translate(_OURS, template) if template else ""
