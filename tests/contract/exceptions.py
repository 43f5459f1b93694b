"""Where the wire differs from Microsoft's stored types: each exception by name, with its reason.

A section sign points into REFERENCE.md, which says what each statement rests on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Extra:
    """A property that the stored type lacks. `fault`: only while the simulator has it switched on."""

    type: str
    reason: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Spelling:
    """The members of an enum as JSON has them."""

    members: frozenset[str]
    reason: str


_ITEM, _CALL, _INVITED = "graph.commsNotification", "graph.call", "graph.invitationParticipantInfo"
_OPEN, _INNER = "the type is open", "graph.publicInnerError"

EXTRAS: Mapping[tuple[str, str], Extra] = {
    (_ITEM, "resource"): Extra("Edm.String!", f"§3.3: optional, with /app/ in front; {_OPEN}"),
    (_ITEM, "callbackUri"): Extra("Edm.String!", f"§3.3: in some items; {_OPEN}"),
    (_ITEM, "resourceData"): Extra("any type!", f"§3.3: an object or a list that names its type; {_OPEN}"),
    (_CALL, "ringingTimeoutInSeconds"): Extra("Edm.Int32", f"§1.2: beta's, seen as null in v1.0; {_OPEN}"),
    (_CALL, "answeredBy"): Extra("graph.participantInfo", f"§1.2: beta's, seen as null in v1.0; {_OPEN}"),
    (_CALL, "terminationReason"): Extra("Edm.String", f"§3.5: beta's, seen in v1.0; {_OPEN}"),
    (_INVITED, "endpointType"): Extra("graph.endpointType", f"§1.6, §4.3: pages and traffic; {_OPEN}"),
    ("graph.identity", "identityProvider"): Extra("Edm.String", f"§4.4: often present; {_OPEN}"),
    ("graph.recordOperation", "completionReason"): Extra("Edm.String", f"§1.12: in one page; {_OPEN}"),
    ("graph.resultInfo", "subCode"): Extra("Edm.Int32!", "§1.6: a failed transfer has the capital letter"),
    ("graph.publicInnerError", "date"): Extra("Edm.String", f"§7.3; {_OPEN}"),
    ("graph.publicInnerError", "request-id"): Extra("Edm.String", f"§7.3; {_OPEN}"),
    ("graph.publicInnerError", "client-request-id"): Extra("Edm.String", f"§7.3; {_OPEN}"),
    ("graph.publicInnerError", "status"): Extra("Edm.String", f"§7.1: when throttled; {_OPEN}"),
    ("graph.publicInnerError", "requestId"): Extra("Edm.String", "§7.3: a variant", "odd_errors"),
    ("graph.publicInnerError", "clientRequestId"): Extra("Edm.String", "§7.3: a variant", "odd_errors"),
    ("graph.publicInnerError", "innerError"): Extra(_INNER, "§7.3: errors may nest", "odd_errors"),
    ("graph.publicError", "innererror"): Extra(_INNER, "§7.3: a variant", "odd_errors"),
}

ENUMS: Mapping[str, Spelling] = {
    "graph.operationStatus": Spelling(
        frozenset({"notStarted", "running", "completed", "failed", "Running"}),
        "§1.12: JSON has a small letter where the schema has a capital, but for Running in every invite",
    ),
}

NULLS: Mapping[tuple[str, str], str] = {}
"""What may be null although the schema says otherwise."""

GAPS: Mapping[tuple[str, str], str] = {
    ("graph.changeNotification", "changeType"): "§6.4: a lifecycle notification has lifecycleEvent instead",
    ("graph.changeNotification", "resource"): "§6.4: a lifecycle notification is about the subscription",
    ("graph.resultInfo", "subcode"): "§1.6: a failed transfer says subCode",
}
"""What may be absent although it may not be null."""

RELAYS: Mapping[tuple[str, str], str] = {
    (_CALL, "callbackUri"): "the relay alone knows its address and puts it in",
    ("graph.call/answer", "callbackUri"): "the relay alone knows its address and puts it in",
}
"""What a console may leave out when it asks its relay."""

WIDER = {"graph.identitySet": "graph.communicationsIdentitySet"}
"""§4.4: on the wire calls say identitySet where the wider set is meant."""

PLAIN = frozenset({"graph.identity"})
"""§4.4: on the wire an identity says no more than that it is one, whichever kind is declared."""

_KIND = "§4.4: the schema says only identity"
NARROWER: Mapping[tuple[str, str], Extra] = {
    ("graph.changeNotification", "resourceData"): Extra("any type", "§6.4: it names the type that changed"),
    **{
        ("graph.communicationsIdentitySet", key): Extra(f"graph.{type}", _KIND)
        for key, type in {
            "user": "communicationsUserIdentity",
            "onPremises": "communicationsUserIdentity",
            "application": "communicationsApplicationIdentity",
            "applicationInstance": "communicationsApplicationInstanceIdentity",
            "guest": "communicationsGuestIdentity",
            "phone": "communicationsPhoneIdentity",
            "encrypted": "communicationsEncryptedIdentity",
            "azureCommunicationServicesUser": "azureCommunicationServicesUserIdentity",
        }.items()
    },
}
"""Properties that hold something more exact than the schema declares."""
