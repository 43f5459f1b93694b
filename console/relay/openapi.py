"""The operators' API as an OpenAPI 3.1 document, made from the same table and types that serve it."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from console.graph.catalogue import CATALOGUE
from console.graph.operations import Operation
from console.relay import bodies
from console.relay.health import product_version
from console.relay.operations import VERSION
from console.relay.prompts import NAMES
from console.relay.setup import PATH

_PROMPT = rf"^([^?]*/)?({'|'.join(NAMES)})(\.[a-z0-9]+)?(\?.*)?$"
_REF = "#/components/schemas/{name}"

_FAILURES = {
    "400": "The request is malformed.",
    "401": "There is no token, or it is not accepted.",
    "403": "The account, its role or a permission of the bot's does not allow it.",
    "404": "The call or the participant is not there, or not any more.",
    "408": "The body came too slowly.",
    "409": "Not now: `taken` (another operator has the call) or `refused`, and nothing was sent to Graph; "
    "with any other code Teams refused it for the call as it is.",
    "413": "The body is larger than 256 KiB.",
    "415": "Compressed bodies are not read.",
    "429": "Microsoft Graph, or this relay, asks to wait for `Retry-After` seconds.",
    "500": "The relay made a mistake.",
    "502": "Microsoft Graph failed, or the bot cannot sign in.",
    "503": "The relay cannot work now: its disk, or Microsoft's keys. Try again after `Retry-After` seconds.",
    "504": "Sent, but no answer came: it may have happened. The relay reads the call again.",
}
_WORDS: dict[str, Any] = {
    "type": "object",
    "required": ["template", "values"],
    "properties": {"template": {"type": "string"}, "values": {"type": "object"}},
}
"""A sentence with its values apart, so that a console can say it in another language."""
_ERROR: dict[str, Any] = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "innerError"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "innerError": {
                    "type": "object",
                    "required": ["request-id", "date"],
                    "properties": {
                        "request-id": {"type": "string"},
                        "date": {"type": "string"},
                        "by": {"type": "string", "description": "Who has taken the call."},
                        "sentence": {**_WORDS, "description": "What the operator should read."},
                        "remedy": {**_WORDS, "description": "What the operator can do about it."},
                    },
                },
            },
        }
    },
}
_INTENT: dict[str, Any] = {
    "name": "client-request-id",
    "in": "header",
    "description": "A GUID for this press of a button. The same one again gets the same answer, done once.",
    "schema": {"type": "string", "format": "uuid"},
}


def document() -> dict[str, Any]:
    """Return the whole document as JSON-ready values."""
    kinds = list(dict.fromkeys(bodies.TAKES.values()))
    _, schemas = msgspec.json.schema_components(kinds, ref_template=_REF)
    schemas["IdentitySet"] = _identity_set()
    schemas["MediaInfo"]["properties"]["uri"]["pattern"] = _PROMPT
    schemas["Error"] = _ERROR
    paths: dict[str, dict[str, Any]] = {}
    for operation in CATALOGUE.values():
        if operation.offered:
            paths.setdefault(VERSION + operation.path, {})[operation.method.lower()] = _written(operation)
    paths[f"{VERSION}/stream"] = {"get": _STREAM}
    paths[f"{VERSION}/ping"] = {"get": _PING}
    paths[PATH] = {"get": _SETUP}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Operator Console relay: the operators' API",
            "version": product_version(),
            "description": "Graph-shaped operations that the relay carries out with the bot's credential, "
            "after checking the operator's token, role and the state of the call.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "security": [{"operator": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {status: _failure(why) for status, why in _FAILURES.items()},
            "securitySchemes": {
                "operator": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "An Entra access token for the relay's API with the scope "
                    "access_as_operator and the app role Operator or Supervisor.",
                }
            },
        },
    }


async def serve(_: Request) -> Response:
    """Answer with the document; it tells nothing that the source does not."""
    return JSONResponse(document())


def _written(operation: Operation) -> dict[str, Any]:
    kind = bodies.TAKES.get(operation.name)
    written: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.sentence,
        "parameters": [*_ids(operation), _INTENT],
        "responses": {str(operation.success[0]): _success(operation), **_refused(_FAILURES)},
    }
    if kind is not None:
        content = {"application/json": {"schema": {"$ref": _REF.format(name=kind.__name__)}}}
        required = kind not in (bodies.Nothing, bodies.Reject, bodies.Park)
        written["requestBody"] = {"required": required, "content": content}
    return written


def _ids(operation: Operation) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": f"^{bodies.ID.pattern}$"},
        }
        for name in re.findall(r"{(\w+)}", operation.path)
    ]


def _success(operation: Operation) -> dict[str, Any]:
    said = {"description": f"Accepted. Confirmed by: {operation.confirmed_by}."}
    if operation.success[0] in (202, 204) and operation.name not in bodies.ANSWERED_202:
        return said
    return {**said, "content": {"application/json": {"schema": {"type": "object"}}}}


def _failure(why: str) -> dict[str, Any]:
    schema = {"$ref": _REF.format(name="Error")}
    return {"description": why, "content": {"application/json": {"schema": schema}}}


def _refused(statuses: Any) -> dict[str, Any]:
    return {status: {"$ref": f"#/components/responses/{status}"} for status in statuses}


def _identity_set() -> dict[str, Any]:
    """Exactly one identity; the form of its id depends on which (msgspec's types cannot say that)."""
    properties = {
        name: {
            "type": "object",
            "required": ["id"],
            "properties": {
                "id": {"type": "string", "pattern": f"^{form.pattern}$", "maxLength": 256},
                "displayName": {"type": ["string", "null"], "maxLength": 256},
            },
        }
        for name, form in bodies.IDENTITY_FORMS.items()
    }
    one_of = [{"required": [name]} for name in properties]
    return {
        "type": "object",
        "description": "Exactly one of these.",
        "properties": properties,
        "oneOf": one_of,
        "additionalProperties": False,
    }


_STREAM: dict[str, Any] = {
    "operationId": "stream",
    "summary": "The facts as server-sent events: hello, snapshot or what was missed, then what happens.",
    "parameters": [
        {
            "name": "Last-Event-ID",
            "in": "header",
            "description": "The last `epoch:seq` that was seen; without it, or when too old, a snapshot.",
            "schema": {"type": "string", "maxLength": 64},
        }
    ],
    "responses": {
        "200": {
            "description": "The stream.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
        **_refused(("400", "401", "403", "429", "503")),
    },
}
_PING: dict[str, Any] = {
    "operationId": "ping",
    "summary": "Whether the relay is there and the token is accepted.",
    "parameters": [],
    "responses": {"204": {"description": "Yes."}, **_refused(("400", "401", "403", "503"))},
}
_SETUP: dict[str, Any] = {
    "operationId": "setup",
    "summary": "Where a console of this relay belongs, for whoever asks. 404 where no console may connect.",
    "security": [],
    "parameters": [],
    "responses": {
        "200": {
            "description": "The facts, by the names of the console's options. A relay of several tenants "
            "tells their number and no `tenant_id`; of several consoles the first is named.",
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "required": ["cloud", "tenants", "client_id", "relay_app_id", "scope", "relay"],
                        "properties": {
                            "cloud": {"enum": ["global", "gcc-high", "dod", "china"]},
                            "tenants": {"type": "integer", "minimum": 1},
                            **{
                                name: {"type": "string", "format": "uuid"}
                                for name in ("tenant_id", "client_id", "relay_app_id")
                            },
                            "scope": {"type": "string"},
                            "relay": {"type": "string", "format": "uri"},
                        },
                    }
                }
            },
        },
        **_refused(("404",)),
    },
}
