"""The list of checks in the order in which things depend on each other, and the walk through it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from console.checks.bench import Bench
from console.checks.findings import Finding, Outcome, Verdict, bad, good, note
from console.checks.network import compare_clocks, find_proxy, judge_certificate, reach_target
from console.checks.person import check_consents, check_keeping, check_sign_in
from console.checks.stream import check_event, check_role
from console.domain.errors import ConsoleError
from console.domain.text import Text
from console.graph.clouds import CloudProfile, without_calls
from console.settings.layers import Origin

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Check:
    """`doing` is what is said while it runs; without the checks in `after` it makes no sense.

    `calls`: it is about calls, so it is left out in a cloud that has none.
    """

    name: str
    title: Text
    doing: Text
    look: Callable[[Bench], Awaitable[Finding]]
    after: tuple[str, ...] = ()
    calls: bool = False


async def check_settings(bench: Bench) -> Finding:
    """Everything needed is set, and from where; what this cloud does not have is said first."""
    configuration = bench.configuration
    names = ("cloud", "relay", "tenant_id", "authority", "client_id", "relay_app_id", "proxy")
    said = [(n, getattr(configuration.options, n), configuration.source(n)) for n in names]
    facts = tuple(
        (name, f"{value} ({source.place})" if source.origin is not Origin.DEFAULT else str(value))
        for name, value, source in said
        if value and name != "proxy"
    )
    if lacking := without_calls(bench.cloud):
        return note(lacking, "Finding colleagues works here.", facts=facts)
    if missing := configuration.missing:
        return bad(Text("The option {name} is not set.", name=missing[0]), facts=facts)
    return good("Everything that is needed is set.", facts=facts)


CHECKS = (
    Check("settings", Text("Settings"), Text("Reading the settings…"), check_settings),
    Check("proxy", Text("Proxy"), Text("Looking for a proxy…"), find_proxy, ("settings",)),
    Check("reach", Text("Connection"), Text("Connecting…"), reach_target, ("settings",)),
    Check(
        "certificate", Text("Certificate"), Text("Reading the certificate…"), judge_certificate, ("reach",)
    ),
    Check("clock", Text("Clock"), Text("Comparing the clocks…"), compare_clocks, ("reach",)),
    Check(
        "keeping", Text("Staying signed in"), Text("Asking the password store…"), check_keeping, ("settings",)
    ),
    Check("sign-in", Text("Sign-in"), Text("Signing in…"), check_sign_in, ("settings",)),
    Check("role", Text("Role"), Text("Asking the relay…"), check_role, ("reach", "sign-in"), calls=True),
    Check("consents", Text("Permissions"), Text("Asking Microsoft…"), check_consents, ("sign-in",)),
    Check("event", Text("Test event"), Text("Waiting for an event…"), check_event, ("role",), calls=True),
)

Tell = Callable[[Check, Finding | None], None]
"""Told of each check twice: with None when it begins, with the finding when it is done."""


def checks_in(cloud: CloudProfile) -> tuple[Check, ...]:
    """Return the checks that make sense in this cloud."""
    with_calls = without_calls(cloud) is None
    return tuple(check for check in CHECKS if with_calls or not check.calls)


async def examine(bench: Bench, tell: Tell = lambda check, finding: None) -> list[Outcome]:
    """Walk through the checks, one after the other, and return what each found. Cancelling ends it."""
    outcomes: list[Outcome] = []
    stopped: dict[str, Check] = {}
    for check in checks_in(bench.cloud):
        blocking = next((stopped[name] for name in check.after if name in stopped), None)
        if blocking is not None:
            finding = Finding(
                Verdict.SKIPPED, Text("Not looked at: {what} comes first.", what=blocking.title)
            )
        else:
            tell(check, None)
            finding = await _look(check, bench)
        if finding.verdict in (Verdict.BAD, Verdict.SKIPPED) or (check.name == "sign-in" and _nobody(bench)):
            stopped[check.name] = blocking or check
        outcomes.append(Outcome(check.name, check.title, finding))
        tell(check, finding)
    return outcomes


async def _look(check: Check, bench: Bench) -> Finding:
    try:
        return await check.look(bench)
    except ConsoleError as error:
        return bad(error.sentence, error.remedy, facts=(("code", error.code),))
    except Exception:
        # An edge: a fault of ours in one check must not hide what the others find.
        log.exception("the check %s failed", check.name)
        return bad("This check itself failed.", "The log has the details.")


def _nobody(bench: Bench) -> bool:
    return bench.account.account is None
