"""Where packages come from: what this machine's pip is configured with, handed on to uv."""

from __future__ import annotations

import ast
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

# pip's option -> the variable uv reads. The values are only ever passed on: they may hold a password.
HANDED_ON = {"index-url": "UV_DEFAULT_INDEX", "cert": "SSL_CERT_FILE", "proxy": "ALL_PROXY"}
SECTIONS = (":env:", "install", "global")


def uv_environment(python: Path, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment for uv; whoever already configured uv itself is left alone."""
    result = dict(environ)
    configured = pip_configuration(python)
    for option, variable in HANDED_ON.items():
        if variable == "UV_DEFAULT_INDEX" and (
            {"UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX"} & environ.keys()
        ):
            continue
        if option in configured:
            result.setdefault(variable, configured[option])
    result.pop("VIRTUAL_ENV", None)  # another project's: uv would warn about it at every call
    result.setdefault("UV_PYTHON_DOWNLOADS", "never")
    return result


def pip_configuration(python: Path) -> dict[str, str]:
    """The options of pip that matter here; a variable wins over [install], which wins over [global]."""
    listing = subprocess.run(
        [str(python), "-m", "pip", "--disable-pip-version-check", "config", "list"],
        capture_output=True,
        text=True,
        check=False,
    )
    return parse(listing.stdout)


def parse(listing: str) -> dict[str, str]:
    """Lines such as global.index-url='…' as a table of options."""
    found: dict[tuple[str, str], str] = {}
    for line in listing.splitlines():
        key, _, quoted = line.partition("=")
        section, _, option = key.rpartition(".")
        try:
            value = ast.literal_eval(quoted)
        except (SyntaxError, ValueError):
            continue
        if isinstance(value, str) and value:
            found[section, option] = value
    return {
        option: found[section, option]
        for section in reversed(SECTIONS)
        for option in HANDED_ON
        if (section, option) in found
    }
