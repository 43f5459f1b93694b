"""What remains of calls: their records, and being told of new ones (REFERENCE §6.3)."""

from __future__ import annotations

from console.graph.operations import NOT_AT_THE_DESK, Feature, Identity, by_bot
from console.graph.table.subscriptions import watching

_ALL = "/communications/callRecords"
_ONE = _ALL + "/{record}"
_PERMISSION = "CallRecords.Read.All"
_READ = (_PERMISSION,)
_BY_ITSELF = "The relay does it by itself when its setting call_records says so."

RECORDS = Feature(
    "records",
    "Call records",
    "What became of each call, some minutes after its end and for thirty days.",
    (
        by_bot("record.list", f"GET {_ALL} 200", _READ, "Find records by time.", withheld=NOT_AT_THE_DESK),
        by_bot("record.get", f"GET {_ONE} 200", _READ, "Read a record.", withheld=_BY_ITSELF),
        by_bot(
            "record.sessions",
            f"GET {_ONE}/sessions 200",
            _READ,
            "Read who was connected with whom, and what failed.",
            withheld=NOT_AT_THE_DESK,
        ),
        *watching("recordWatch", Identity.BOT, "communications/callRecords", _PERMISSION, _BY_ITSELF),
    ),
)
