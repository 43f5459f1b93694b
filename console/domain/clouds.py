"""Microsoft's clouds by the names that settings use; what each of them is stands in `graph/clouds.py`."""

from __future__ import annotations

from enum import StrEnum

from console.domain.errors import BadSettings
from console.domain.text import Text


class Cloud(StrEnum):
    """Which of Microsoft's clouds a tenant lives in. GCC, unlike GCC High, lives in the global one."""

    GLOBAL = "global"
    GCC_HIGH = "gcc-high"
    DOD = "dod"
    CHINA = "china"


def read_cloud(name: object) -> Cloud:
    """Return the cloud called `name`. Raises BadSettings that lists the names there are."""
    try:
        return Cloud(str(name).strip().casefold())
    except ValueError:
        said = Text(
            "cloud must be global (for GCC too), gcc-high, dod or china, not {value}.", value=repr(name)
        )
        raise BadSettings(said) from None
