"""Prints what the last runs of the experiments have seen: python -m tests.reliability.table."""

from __future__ import annotations

import json

from tests.reliability.conftest import FOLDER

HEAD = "| promise | seen | form, seed | on |\n|---|---|---|---|"
ROW = "| {promise} | {seen} | {form}, {seed} | {on}, {machine} |"


def rows() -> list[str]:
    records = [json.loads(file.read_text("utf-8")) for file in FOLDER.glob("R*.json")]
    records.sort(key=lambda r: int(r["promise"][1:]))
    return [ROW.format_map(record) for record in records]


if __name__ == "__main__":
    print("\n".join([HEAD, *rows()]))
