"""Change notifications: the handshake, what is told, and how a subscription lives and ends."""

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import Encoding

RECORDS = {"Authorization": "Bearer app:CallRecords.Read.All"}


def at(desk, seconds):
    moment = desk.simulator.clock.now() + seconds
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def presence_of(desk, *numbers, life=3000, **more):
    ids = ",".join(f"'{desk.users[number].id}'" for number in numbers)
    return {
        "changeType": "updated",
        "notificationUrl": f"{desk.hook.url}/changes",
        "resource": f"/communications/presences?$filter=id in ({ids})",
        "expirationDateTime": at(desk, life),
        "clientState": "s3cr3t",
        **more,
    }


def records(desk, life=86_400, **more):
    return {
        "changeType": "created,updated",
        "notificationUrl": f"{desk.hook.url}/records",
        "lifecycleNotificationUrl": f"{desk.hook.url}/lifecycle",
        "resource": "/communications/callRecords",
        "expirationDateTime": at(desk, life),
        "clientState": "cr",
        **more,
    }


async def subscribe(desk, body, headers):
    answer = await desk.graph("POST", "/subscriptions", body, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()


def told(desk, ending):
    return [item for path, _, body in desk.hook.posts if path.endswith(ending) for item in body["value"]]


async def test_presence_changes_are_told(desk, user_headers, soon):
    made = await subscribe(desk, presence_of(desk, 0, 1), user_headers())
    assert desk.hook.handshakes == 1
    await desk.group()
    await soon(lambda: told(desk, "/changes"))
    (item,) = told(desk, "/changes")
    user = desk.users[0].id
    assert item["subscriptionId"] == made["id"]
    assert (item["clientState"], item["changeType"]) == ("s3cr3t", "updated")
    assert item["resource"] == f"communications/presences/{user}"
    assert item["resourceData"]["@odata.id"] == f"users/{user}/presence"
    assert "availability" not in item["resourceData"]


async def test_rich_notifications_are_sealed(desk, user_headers, soon):
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "subscriber")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, start, start + timedelta(days=365))
    certificate = builder.sign(key, SHA256()).public_bytes(Encoding.DER)
    body = presence_of(
        desk, 0,
        includeResourceData=True,
        encryptionCertificate=base64.b64encode(certificate).decode(),
        encryptionCertificateId="mine",
    )  # fmt: skip
    await subscribe(desk, body, user_headers())
    await desk.group()
    await soon(lambda: told(desk, "/changes"))
    sent = next(body for path, _, body in desk.hook.posts if path.endswith("/changes"))
    content = sent["value"][0]["encryptedContent"]
    assert content["encryptionCertificateId"] == "mine"
    oaep = padding.OAEP(padding.MGF1(SHA1()), SHA1(), None)  # noqa: S303 - as Graph does it
    secret = key.decrypt(base64.b64decode(content["dataKey"]), oaep)
    data = base64.b64decode(content["data"])
    assert hmac.digest(secret, data, "sha256") == base64.b64decode(content["dataSignature"])
    cipher = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).decryptor()
    strip = PKCS7(128).unpadder()
    plain = strip.update(cipher.update(data) + cipher.finalize()) + strip.finalize()
    assert json.loads(plain)["activity"] == "InACall"
    (token,) = sent["validationTokens"]
    public = desk.simulator.authority.mint.key.private.public_key()
    options = {"verify_aud": False, "verify_exp": False, "verify_nbf": False, "verify_iat": False}
    claims = jwt.decode(token, public, ["RS256"], options)
    assert claims["iss"] == f"https://sts.windows.net/{desk.running.directory.tenant_id}/"


async def test_records_are_told_new_and_newer(desk, soon):
    await subscribe(desk, records(desk), RECORDS)
    assert desk.hook.handshakes == 2
    call = await desk.talk()
    await desk.sim("POST", f"/calls/{call}/hangup")
    await desk.pass_time(1000)
    await soon(lambda: len(told(desk, "/records")) == 2)
    chain = (await desk.truth(call))["chainId"]
    assert [item["changeType"] for item in told(desk, "/records")] == ["created", "updated"]
    assert {item["resourceData"]["id"] for item in told(desk, "/records")} == {chain}


async def test_records_of_one_person_only(desk, soon):
    where = f"?$filter=participants/any(p:p/id eq '{desk.users[0].id}')"
    body = records(desk, changeType="created", resource=f"communications/callRecords{where}")
    await subscribe(desk, body, RECORDS)
    other, wanted = await desk.talk(), await desk.group()
    for call in (other, wanted):
        await desk.graph("DELETE", f"/communications/calls/{call}")
    await desk.pass_time(1000)
    await soon(lambda: told(desk, "/records"))
    chain = (await desk.truth(wanted))["chainId"]
    assert [item["resourceData"]["id"] for item in told(desk, "/records")] == [chain]


async def test_a_subscription_asks_for_renewal_and_ends(desk, soon):
    made = await subscribe(desk, records(desk, life=4000), RECORDS)
    one = f"/subscriptions/{made['id']}"
    await desk.pass_time(3001)
    await soon(lambda: told(desk, "/lifecycle"))
    assert told(desk, "/lifecycle")[0]["lifecycleEvent"] == "reauthorizationRequired"
    assert (await desk.graph("POST", f"{one}/reauthorize", headers=RECORDS)).status_code == 204
    later = {"expirationDateTime": at(desk, 8000)}
    renewed = await desk.graph("PATCH", one, later, headers=RECORDS)
    assert (renewed.status_code, renewed.json()["expirationDateTime"]) == (200, later["expirationDateTime"])
    assert (await desk.graph("GET", one, headers=RECORDS)).json()["id"] == made["id"]
    await desk.pass_time(8001)
    await soon(lambda: len(told(desk, "/lifecycle")) == 3)
    assert told(desk, "/lifecycle")[-1]["lifecycleEvent"] == "subscriptionRemoved"
    assert (await desk.graph("GET", one, headers=RECORDS)).status_code == 404


async def test_nobody_else_sees_it_and_it_can_be_deleted(desk, user_headers):
    made = await subscribe(desk, presence_of(desk, 0, life=60), user_headers())
    assert made["expirationDateTime"] == at(desk, 45 * 60)
    one = f"/subscriptions/{made['id']}"
    mine = (await desk.graph("GET", "/subscriptions", headers=user_headers())).json()["value"]
    assert [s["id"] for s in mine] == [made["id"]]
    assert (await desk.graph("GET", "/subscriptions", headers=user_headers(1))).json()["value"] == []
    assert (await desk.graph("DELETE", one, headers=user_headers(1))).status_code == 404
    again = await desk.graph("POST", "/subscriptions", presence_of(desk, 0, 1), headers=user_headers(1))
    assert again.status_code == 409
    assert (await desk.graph("DELETE", one, headers=user_headers())).status_code == 204
    await subscribe(desk, presence_of(desk, 0, 1), user_headers(1))


async def test_the_token_must_come_back(desk, user_headers):
    desk.hook.gives_token_back = False
    answer = await desk.graph("POST", "/subscriptions", presence_of(desk, 0), headers=user_headers())
    assert answer.status_code == 400
    assert (await desk.graph("GET", "/subscriptions", headers=user_headers())).json()["value"] == []


async def test_a_failed_delivery_is_tried_again(desk, user_headers, soon):
    await subscribe(desk, presence_of(desk, 0), user_headers())
    call = await desk.talk()
    await desk.invite(call, 0)
    await desk.simulator.notifier.drained()
    desk.hook.answers = [202] * 3
    await desk.simulator.clock.advance(1.5)
    await soon(lambda: told(desk, "/changes"))
    await desk.simulator.notifier.drained()
    desk.hook.answers = [503]
    writer = user_headers(0, "Presence.ReadWrite")
    path = f"/users/{desk.users[0].id}/presence/setUserPreferredPresence"
    await desk.graph("POST", path, {"availability": "Away", "activity": "Away"}, headers=writer)
    await soon(lambda: len(told(desk, "/changes")) == 2 and not desk.hook.answers)
    await soon(lambda: desk.simulator.notifications.since(0)[-1]["status"] == 503)
    await desk.simulator.clock.advance(11)
    await soon(lambda: len(told(desk, "/changes")) == 3)
    first, *_, again = told(desk, "/changes")[1:]
    assert first == again


@pytest.mark.parametrize(
    "change",
    [
        {"resource": "/users"},
        {"changeType": "created"},
        {"changeType": "deleted"},
        {"notificationUrl": "http://relay.example.net/x"},
        {"notificationUrl": None},
        {"expirationDateTime": None},
        {"expirationDateTime": "soon"},
        {"expirationDateTime": "2020-01-01T00:00:00Z"},
        {"expirationDateTime": "2199-01-01T00:00:00Z"},
        {"clientState": "x" * 129},
        {"lifecycleNotificationUrl": "https://elsewhere.example.net/x"},
        {"includeResourceData": True},
        {"includeResourceData": True, "encryptionCertificate": "AAAA", "encryptionCertificateId": "c"},
        {"resource": "/communications/presences?$filter=id in (x)"},
    ],
)
async def test_what_cannot_be_subscribed_to(desk, user_headers, change):
    body = presence_of(desk, 0) | change
    assert (await desk.graph("POST", "/subscriptions", body, headers=user_headers())).status_code == 400


async def test_permissions_and_long_lives(desk, user_headers):
    answer = await desk.graph("POST", "/subscriptions", presence_of(desk, 0))
    assert answer.status_code == 403
    answer = await desk.graph("POST", "/subscriptions", records(desk), headers=user_headers())
    assert answer.status_code == 403
    body = records(desk)
    del body["lifecycleNotificationUrl"]
    assert (await desk.graph("POST", "/subscriptions", body, headers=RECORDS)).status_code == 400


async def test_a_change_that_is_given_up_is_missed(desk):
    reader = {"Authorization": "Bearer app:CallRecords.Read.All"}
    await subscribe(desk, records(desk), reader)
    call = await desk.ring()
    await desk.sim("POST", f"/calls/{call}/hangup")
    await desk.pass_time()
    desk.hook.answers = [503] * 6
    await desk.simulator.clock.advance(4 * 3600)
    assert [item["changeType"] for item in told(desk, "/records")][:6] == ["created"] * 6
    assert [item["lifecycleEvent"] for item in told(desk, "/lifecycle")] == ["missed"]
