"""Every option of the relay, declared once: name, default, unit and a sentence."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from console.domain.clouds import Cloud, read_cloud
from console.domain.errors import BadSettings
from console.graph.clouds import CloudProfile, profile_of

PREFIX = "RELAY_"


class Rescue(StrEnum):
    """What happens to a caller nobody attends to."""

    RESCUE = "rescue"
    AT_ONCE = "answer-at-once"
    RING_OUT = "ring-out"


def _option(default: Any, says: str, unit: str = "", example: object = "") -> Any:
    metadata = {"says": says, "unit": unit, "example": example}
    if isinstance(default, dict):
        return field(default_factory=lambda: dict(default), metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The relay's configuration. `find_problems` in `checking.py` says what is wrong with it.

    Addresses that are empty are those of the cloud: read them from `profile`.
    """

    listen_host: str = _option("127.0.0.1", "Address to listen on; a proxy in front of it ends TLS.")
    listen_port: int = _option(8443, "Port to listen on; 0 takes a free one.")
    tls_certificate: str = _option("", "PEM file of the relay's own TLS certificate; empty behind a proxy.")
    tls_key: str = _option("", "PEM file of that certificate's key.")
    public_url: str = _option("", "Where Microsoft reaches the relay, without a final slash; https.")
    data_dir: str = _option(
        "relay-data", "Folder of this relay's own: its log of facts, its audit, its keys."
    )
    callback_key_file: str = _option(
        "", "File of the callback key, the same for all relays behind one name; empty for one in data_dir."
    )

    redis: str = _option(
        "",
        "Redis or Valkey that several relays share, rediss://user@host:port/0; empty for one relay alone, "
        "which keeps its log in data_dir.",
    )
    redis_password_file: str = _option("", "File with the password for it.")
    redis_password: str = _option("", "The password itself: only for RELAY_REDIS_PASSWORD.")
    redis_prefix: str = _option("operator-relay", "What its names in Redis begin with.")
    redis_replicas: int = _option(0, "Copies of Redis that must have a fact before it counts as kept.")

    cloud: Cloud = _option(  # noqa: RUF009 - one immutable default for all is what we want
        Cloud.GLOBAL, "Microsoft's cloud: global (for GCC too), gcc-high or dod."
    )
    tenant_ids: tuple[str, ...] = _option((), "The tenants that are served; the first one is the bot's.")
    authority: str = _option("", "Where tokens come from, without the tenant; empty for the cloud's.")
    graph_root: str = _option("", "Microsoft Graph's root, with its version; empty for the cloud's.")
    ca_file: str = _option("", "PEM file of further certificate authorities to trust; empty for none.")

    bot_app_id: str = _option("", "Application id of the bot: whom call notifications are meant for.")
    bot_certificate: str = _option("", "PEM file of the bot's certificate.")
    bot_key: str = _option("", "PEM file of the key of the bot's certificate.")
    bot_signer: tuple[str, ...] = _option(
        (), "Program, with arguments, that signs with the certificate's key (PS256) instead of bot_key."
    )
    bot_pfx: str = _option("", "PKCS #12 file with key and certificate, instead of two PEM files.")
    bot_passphrase_file: str = _option("", "File with the passphrase of bot_key or bot_pfx.")
    bot_token_file: str = _option("", "File with a token of an issuer that Entra trusts for the bot.")
    bot_managed_identity: str = _option(
        "", 'Managed identity that Entra trusts for the bot: its client id, or "machine" for its own.'
    )
    bot_secret_file: str = _option("", "File with the bot's client secret; only with allow_secret.")
    allow_secret: bool = _option(False, "Accept a client secret instead of a certificate.")

    relay_app_id: str = _option(
        "", "Application id of the relay's API: whom operators' tokens are meant for."
    )
    console_app_ids: tuple[str, ...] = _option((), "Application ids of the consoles that may connect.")
    operator_issuers: tuple[str, ...] = _option(
        (), "Issuers of operators' tokens; empty derives one for each tenant from the authority."
    )
    operator_keys_url: str = _option(
        "", "OpenID document (or key set) for operators' tokens; empty derives it from the authority."
    )
    denied_operators: tuple[str, ...] = _option((), "Object ids of users who are refused whatever they hold.")

    notification_keys_url: str = _option(
        "",
        "OpenID document (or key set) for call notifications; empty for the cloud's. "
        "Microsoft names none for gcc-high and dod: there it must be set.",
    )
    notification_issuers: tuple[str, ...] = _option(
        (),
        "Issuers of call notifications, letter by letter; empty for the cloud's. "
        "Microsoft names none for gcc-high and dod: there they must be set.",
    )
    notification_audience: str = _option(
        "", "Audience of call notifications; empty for the bot's application id."
    )
    key_refresh_gap: float = _option(300.0, "Least time between key look-ups for an unknown key.", "s")

    rescue: Rescue = _option(  # noqa: RUF009 - one immutable default for all is what we want
        Rescue.RESCUE, "What to do when nobody acts: rescue, answer-at-once or ring-out."
    )
    rescue_seconds_left: float = _option(4.0, "Answer a forgotten caller with this much time left.", "s")
    lines: Mapping[str, Rescue] = _option(
        {}, "The same for single lines, by the id of the resource account.", example="answer-at-once"
    )
    line_supervisors: Mapping[str, tuple[str, ...]] = _option(
        {},
        "Who supervises a line, by object id of the user; any supervisor does where a line is not named.",
        example=["object id of a user"],
    )
    call_records: bool = _option(
        False,
        "Tell how long colleagues talked to callers who were sent to them. The bot needs the permission "
        "CallRecords.Read.All for it.",
    )
    claim_lease: float = _option(20.0, "A claim without its operator in the call ends after this.", "s")
    keep_alive: float = _option(900.0, "Time between signs of life to Graph for each call.", "s")
    silence: float = _option(60.0, "A live call without news for this long is asked about.", "s")
    roster_delay: float = _option(1.0, "Wait before the roster of a new group call is read.", "s")

    heartbeat: float = _option(15.0, "Time between signs of life on a stream.", "s")
    stream_queue: int = _option(1000, "Facts that may wait for one slow console.", "facts")
    stream_bytes: int = _option(1_048_576, "Size of facts that may wait for one slow console.", "bytes")
    streams_per_operator: int = _option(8, "Streams that one operator may hold.")
    streams_total: int = _option(500, "Streams altogether.")
    connections_total: int = _option(2000, "Connections altogether, streams included.")
    head_timeout: float = _option(8.0, "A connection that has not finished a request's head is cut off.", "s")
    stream_write_timeout: float = _option(10.0, "A console that takes nothing for this long is dropped.", "s")

    retention: float = _option(86_400.0, "How long facts are kept.", "s")
    audit_days: float = _option(365.0, "How long the audit says what was done.", "days")
    audit_names_days: float = _option(30.0, "How long the audit says by whom and to whom.", "days")
    audit_heads_file: str = _option(
        "", "File on another computer's disk to which the audit's head is added every hour; empty for none."
    )
    snapshot_every: int = _option(5000, "Facts between two snapshots of the log.", "facts")
    metrics_listen: str = _option(
        "", "Address and port where Prometheus finds the metrics, like 127.0.0.1:9464; empty for nowhere."
    )
    log_level: str = _option("info", "How much is logged: debug, info, warning or error.")

    @property
    def profile(self) -> CloudProfile:
        """The cloud, at the addresses that these settings give it."""
        return profile_of(self.cloud).located(
            graph_root=self.graph_root,
            login=self.authority,
            notification_metadata=self.notification_keys_url,
            notification_issuers=self.notification_issuers,
        )

    @property
    def issuers(self) -> tuple[str, ...]:
        return self.operator_issuers or (f"{self.profile.login}/{{tenantid}}/v2.0",)

    @property
    def operator_keys(self) -> str:
        return self.operator_keys_url or self.change_keys

    @property
    def change_keys(self) -> str:
        """Where Entra's keys are: change notifications are always proved with those."""
        tenant = self.tenant_ids[0] if self.tenant_ids else "common"
        return f"{self.profile.login}/{tenant}/v2.0/.well-known/openid-configuration"

    @property
    def audience(self) -> str:
        return self.notification_audience or self.bot_app_id

    def rescue_for(self, line: str) -> Rescue:
        """What to do with a forgotten caller of `line`, a resource account's id."""
        return self.lines.get(line, self.rescue)


def load(file: Path | None, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read a TOML file (none: only defaults) and `RELAY_...` variables, which win.

    Relative paths in the file are relative to the file. Raises BadSettings with one sentence per mistake.
    """
    values: dict[str, Any] = {}
    if file is not None:
        try:
            values = tomllib.loads(file.read_text(encoding="utf-8"))
        except OSError as error:
            raise BadSettings(f"The settings file {file} cannot be read: {error.strerror}.") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadSettings(f"The settings file {file} is not TOML: {error}.") from error
    known = {f.name: f for f in fields(Settings)}
    mistakes = [f"There is no setting named {name}." for name in values if name not in known]
    read: dict[str, Any] = {}
    for name, declared in known.items():
        raw = environment.get(PREFIX + name.upper(), values.get(name, MISSING))
        if raw is MISSING:
            continue
        try:
            read[name] = _by_line(name, raw) if name in _BY_LINE else _convert(_default(declared), raw)
        except BadSettings as mistake:
            mistakes.append(str(mistake.sentence))
        except (TypeError, ValueError):
            mistakes.append(f"{name} cannot be {raw!r}.")
    if mistakes:
        raise BadSettings(" ".join(mistakes))
    if file is not None:
        for name in _PATHS & read.keys():
            read[name] = str(file.parent / read[name]) if read[name] else ""
    return Settings(**read)


_PATHS = {
    "audit_heads_file",
    "callback_key_file",
    "data_dir",
    "ca_file",
    "bot_certificate",
    "bot_key",
    "bot_passphrase_file",
    "bot_pfx",
    "bot_token_file",
    "bot_secret_file",
    "redis_password_file",
    "tls_certificate",
    "tls_key",
}


def document() -> str:
    """Return every setting with its default and meaning, as a TOML file to start from."""
    parts = ["# Settings of operator-relay. Each can also be given as RELAY_<NAME> in the environment.\n"]
    tables = []
    for declared in fields(Settings):
        unit = declared.metadata["unit"]
        comment = f"# {declared.metadata['says']}{f' In {unit}.' if unit else ''}\n"
        default = _default(declared)
        if isinstance(default, dict):
            example = json.dumps(declared.metadata["example"])
            tables.append(f'{comment}[{declared.name}]\n# "resource account id" = {example}\n')
        else:
            parts.append(f"{comment}{declared.name} = {_toml(default)}\n")
    return "\n".join([*parts, *tables])


def _default(declared: Any) -> Any:
    return declared.default_factory() if declared.default is MISSING else declared.default


def _convert(default: Any, raw: Any) -> Any:
    match default:
        case bool():
            if isinstance(raw, str):
                return {"true": True, "1": True, "false": False, "0": False}[raw.strip().lower()]
            return _exactly(bool, raw)
        case Rescue():
            return Rescue(raw)
        case Cloud():
            return read_cloud(raw)
        case int():
            return int(raw) if isinstance(raw, str) else _exactly(int, raw)
        case float():
            return float(raw) if isinstance(raw, str | int | float) else _exactly(float, raw)
        case tuple():
            listed = raw.split(",") if isinstance(raw, str) else _exactly(list, raw)
            return tuple(_exactly(str, item).strip() for item in listed if item)
    return _exactly(str, raw).strip()


_BY_LINE: Mapping[str, Callable[[Any], Any]] = {
    "lines": Rescue,
    "line_supervisors": lambda raw: tuple(_exactly(str, id).strip().lower() for id in _exactly(list, raw)),
}
"""How the value for one line is read, for the settings that have one for each."""


def _by_line(name: str, raw: Any) -> dict[str, Any]:
    each = _BY_LINE[name]
    return {str(line).lower(): each(value) for line, value in _exactly(dict, raw).items()}


def _exactly(kind: type, raw: Any) -> Any:
    if type(raw) is not kind:
        raise TypeError
    return raw


def _toml(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case tuple():
            return "[" + ", ".join(f'"{item}"' for item in value) + "]"
        case int() | float():
            return str(value)
    return f'"{value}"'
