"""Who sits here: signed in, and with the permissions that features need."""

from __future__ import annotations

from console.auth import AuthError, Resource
from console.auth.errors import ConsentNeeded
from console.checks.bench import Bench
from console.checks.findings import Finding, bad, good, note
from console.domain.text import Text
from console.graph.needs import needs


async def check_sign_in(bench: Bench) -> Finding:
    """Somebody is signed in, or signs in now, and a token can be had."""
    first: Resource = "relay" if bench.with_calls else "graph"
    try:
        if bench.account.account is None:
            if bench.sign_in is None:
                return note("Nobody is signed in.", "Sign in, then run the checks again.")
            await bench.sign_in()
        await bench.account.token(first)
    except AuthError as error:
        return bad(error.sentence, error.remedy, facts=(("code", error.code),))
    who = bench.account.account
    return good(Text("Signed in as {who}.", who=who.name if who else ""))


async def check_consents(bench: Bench) -> Finding:
    """Microsoft gives a token for what every desk does."""
    try:
        await bench.account.token("graph")
    except ConsentNeeded as error:
        return bad(error.sentence, error.remedy, facts=(("code", error.code),))
    except AuthError as error:
        return bad(error.sentence, error.remedy, facts=(("code", error.code),))
    lacking = [need for need in needs(bench.cloud, bench.account.granted) if need.lacking]
    if not lacking:
        return good("The permissions that every desk needs are granted.")
    first = lacking[0]
    names = tuple(name.rsplit("/", 1)[-1] for name in first.lacking)
    return note(
        Text(
            "{feature} lacks the permission {permission}.", feature=first.title, permission=", ".join(names)
        ),
        "Calls work without it. Accept it under Help, Permissions, or have your administrator grant it.",
        facts=tuple((str(need.title), " ".join(need.lacking)) for need in lacking),
    )
