"""The other ways in which real traffic writes notifications and errors (REFERENCE §0.8, §3.3, §7.3)."""

from __future__ import annotations

from typing import Any

from console.simulator.identities import Json

ERROR_FORMS = range(5)
"""The forms that `odd_error` knows."""
BARE = 4
"""The one in which 7503 was seen."""


def pascal_case(item: Json) -> Json:
    """`changeType`, `state` and `status` with a capital letter."""
    data = item.get("resourceData")
    if isinstance(data, dict):
        data = {k: _capital(v) if k in ("state", "status") else v for k, v in data.items()}
    changed = {**item, "changeType": _capital(item["changeType"])}
    return changed if data is None else {**changed, "resourceData": data}


def string_codes(item: Json) -> Json:
    """`resultInfo` numbers as strings."""
    data = item.get("resourceData")
    if isinstance(data, dict) and isinstance(data.get("resultInfo"), dict):
        result = {k: str(v) if isinstance(v, int) else v for k, v in data["resultInfo"].items()}
        return {**item, "resourceData": {**data, "resultInfo": result}}
    return item


def nameless(value: Any) -> Any:
    """The same without the names of users: they are often missing (REFERENCE §4.4)."""
    if isinstance(value, list):
        return [nameless(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    return {
        key: {k: v for k, v in inner.items() if k != "displayName"}
        if key == "user" and isinstance(inner, dict)
        else nameless(inner)
        for key, inner in value.items()
    }


def odd_error(envelope: Json, form: int) -> Json:
    """The error envelope in one of its other forms; `form` is one of `ERROR_FORMS`."""
    error = envelope["error"]
    inner = error["innerError"]
    plain = {"code": error["code"], "message": error["message"]}
    match form:
        case 0:
            return {"error": {**plain, "innererror": inner}}
        case 1:
            renamed = {"date": inner["date"], "requestId": inner["request-id"]}
            return {
                "error": {**plain, "innerError": renamed | {"clientRequestId": inner["client-request-id"]}}
            }
        case 2:
            return {"error": {**plain, "innerError": {"code": error["code"], "innerError": inner}}}
        case 3:
            return plain
        case _:
            return {"errorCode": error["code"], "message": error["message"], "instanceAnnotations": []}


def _capital(value: object) -> object:
    return value[:1].upper() + value[1:] if isinstance(value, str) else value
