"""Microsoft's SDK on many requests in one."""

from __future__ import annotations

import pytest

pytest.importorskip("msgraph", reason="msgraph-sdk is not installed (extra: sdk)")
pytest.importorskip("deprecated", reason="msgraph-sdk's $batch needs the package deprecated (extra: sdk)")

from msgraph.generated.communications.get_presences_by_user_id import (
    get_presences_by_user_id_post_request_body as asking,
)
from msgraph_core.requests.batch_request_content import BatchRequestContent
from msgraph_core.requests.batch_request_item import BatchRequestItem
from msgraph_core.requests.batch_response_content import BatchResponseContent


# msgraph-core spells dependsOn as Python would.
@pytest.mark.untyped(r"graph batch part has no depends_on")
async def test_batch(desk, lena):
    """Statuses and headers only: the SDK cannot read the bodies of parts (microsoft/kiota-python#737)."""
    anna = desk.users[3].id
    many = lena.communications.get_presences_by_user_id
    content = BatchRequestContent()
    for id, request in {
        "who": lena.users.by_user_id(anna).to_get_request_information(),
        "free": many.to_post_request_information(asking.GetPresencesByUserIdPostRequestBody(ids=[anna])),
        "nobody": lena.users.by_user_id("nobody").to_get_request_information(),
    }.items():
        request.path_parameters["baseurl"] = ""  # the address of a part is relative
        content.add_request(id, BatchRequestItem(request, id))
    answers = await lena.batch.post(content)
    assert isinstance(answers, BatchResponseContent)
    assert answers.get_response_status_codes() == {"who": 200, "free": 200, "nobody": 404}
    assert answers.get_response_by_id("who").content_type == "application/json"
