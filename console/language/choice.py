"""Which language the operator reads: the one that is set, or the first of the system's that we have."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping

AUTO = "auto"
ENGLISH = "en"
CHINESE = "zh-CN"
LANGUAGES = (ENGLISH, CHINESE)
"""Language tags (BCP 47) in which the console speaks."""

_TRADITIONAL = ("zh-tw", "zh-hk", "zh-mo", "zh-hant")


def choose(wanted: str, system: Iterable[str]) -> str:
    """Return the tag of the language to speak.

    `wanted` is the console's option. `system` holds what the system prefers, best first, as tags or as names
    of locales ("zh_CN.UTF-8"). Readers of traditional Chinese get English: their words are not ours.
    """
    if wanted in LANGUAGES:
        return wanted
    for name in system:
        tag = name.split(".")[0].split("@")[0].replace("_", "-").casefold()
        if tag.startswith("zh") and not tag.startswith(_TRADITIONAL):
            return CHINESE
        if tag.startswith("en"):
            break
    return ENGLISH


def of_terminal(environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Return what a terminal's environment prefers, best first (POSIX: LC_ALL before LC_MESSAGES, LANG).

    Windows sets none of these; there its own display language is the answer.
    """
    first = next((v for n in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := environment.get(n))), "")
    more = environment.get("LANGUAGE", "").split(":") if first.split(".")[0] not in ("", "C", "POSIX") else ()
    return tuple(name for name in (*more, first or _of_windows()) if name)


def _of_windows() -> str:
    if sys.platform == "win32":
        import ctypes
        import locale

        return locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
    return ""
