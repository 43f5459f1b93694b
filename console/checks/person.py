"""Who sits here: signed in, kept so, and with the permissions that features need."""

from __future__ import annotations

from console.auth import AuthError, Resource
from console.auth.errors import ConsentNeeded
from console.auth.vault import Trouble
from console.checks.bench import Bench
from console.checks.findings import Finding, bad, good, note
from console.domain.text import Text
from console.graph.needs import needs


async def check_keeping(bench: Bench) -> Finding:
    """This computer keeps a sign-in until tomorrow; where not, it is said as the window says it."""
    found = await bench.rehearse_keeping()
    match found:
        case Trouble():
            return note(
                Text("{first} {second}", first=found.headline, second=found.sentence),
                found.remedy,
                facts=(("reason", found.reason), ("detail", found.detail)),
            )
        case "":
            return good("Sign-ins end when the console closes, as this desk is set: keep_sign_in is false.")
    return good(Text("{store} keeps the key to sign-ins on this computer.", store=found))


async def check_sign_in(bench: Bench) -> Finding:
    """Somebody is signed in, or signs in now, and a token can be had."""
    first: Resource = "relay" if bench.with_calls else "graph"
    try:
        if bench.account.account is None:
            if bench.sign_in is None:
                return _nobody(bench)
            await bench.sign_in()
        await bench.account.token(first)
    except AuthError as error:
        return bad(error.sentence, error.remedy, facts=(("code", error.code),))
    who = bench.account.account
    return good(Text("Signed in as {who}.", who=who.name if who else ""))


def _nobody(bench: Bench) -> Finding:
    if not bench.at_terminal:
        return note("Nobody is signed in.", "Sign in, then run the checks again.")
    return note(
        "Nobody is signed in, and no sign-in is kept on this computer that can be opened.",
        "Start the console and sign in: it is kept, and used here. Without --no-sign-in the browser opens.",
    )


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
