"""Why does somebody elsewhere not hear us? Goes the way a follow goes, step by step, and stops at the first that fails.

Keeps nothing. The last step sends their inbox an activity of a type that nobody knows, which every server answers and
none acts on.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, Literal

import msgspec
from msgspec import Struct

from federation import discovery, uris
from federation.compose.terms import ACTIVITYSTREAMS
from federation.reasons import PeerError, Reason
from federation.signatures.keys import public_key
from federation.uris import Handle
from federation.vocab import Actor, actor_from
from node.ports import Delivered, Deliverer, Fetcher, SigningKey
from node.social.site import Site

Name = Literal["WebFinger", "actor", "key", "reply", "clock", "signature"]
MAX_SKEW: Final = timedelta(minutes=5)
_HINTS: Final = {
    Reason.UNREACHABLE: "Does the name resolve, is port 443 open, is the certificate good?",
    Reason.FORBIDDEN_ADDRESS: "The name leads to a private address; allow_networks opens such for named peers.",
    Reason.NOT_FOUND: "Is the name spelt right?",
    Reason.REFUSED_BY_PEER: "They may not let our server read; see whether they blocked us.",
    Reason.WRONG_CONTENT_TYPE: "What answers there is no ActivityPub server, or a proxy changed the content type.",
}


class Step(Struct, frozen=True):
    """One step and what came of it."""

    name: Name
    is_good: bool
    text: str


class Reach(Struct, frozen=True):
    """What a diagnosis may use."""

    fetcher: Fetcher
    deliverer: Deliverer
    key: SigningKey
    site: Site
    now: datetime


async def federation(reach: Reach, handle: Handle) -> list[Step]:
    """Return the steps that were taken towards an account elsewhere; only the last may be bad."""
    taken: list[Step] = []
    try:
        async for step in _steps(reach, handle):
            taken.append(step)
            if not step.is_good:
                break
    except _Failed as failure:
        taken.append(failure.step)
    return taken


class _Failed(Exception):
    def __init__(self, name: Name, error: PeerError) -> None:
        hint = _HINTS.get(error.reason, "")
        self.step = Step(name, is_good=False, text=f"{error} {hint}".strip())


async def _steps(reach: Reach, handle: Handle) -> AsyncIterator[Step]:
    actor_uri = await _finger(reach, handle)
    yield Step("WebFinger", is_good=True, text=f"{handle.text()} is {actor_uri}")
    actor = await _actor(reach, actor_uri)
    yield Step("actor", is_good=True, text=f"a {actor.kind} whose inbox is {actor.inbox}")
    yield _key(actor)
    answer = await reach.deliverer.post(actor.inbox, _harmless(reach), reach.key)
    yield _reply(answer)
    yield _clock(answer, reach.now)
    yield _signature(answer)


async def _finger(reach: Reach, handle: Handle) -> str:
    is_http = reach.site.loopback_http and uris.is_loopback(handle.host or "")
    try:
        url = discovery.resource_url(handle, scheme="http" if is_http else "https")
        document = await reach.fetcher.json(url, accept="application/jrd+json, application/json")
        return discovery.parse_jrd(document, loopback_http=reach.site.loopback_http).actor_uri
    except PeerError as error:
        raise _Failed("WebFinger", error) from error


async def _actor(reach: Reach, uri: str) -> Actor:
    try:
        found = await reach.fetcher.activity(uri)
        return actor_from(found.document, loopback_http=reach.site.loopback_http)
    except PeerError as error:
        raise _Failed("actor", error) from error


def _key(actor: Actor) -> Step:
    if not actor.keys:
        return Step("key", is_good=False, text="The actor lists no key of its own: nothing it sends can be believed.")
    try:
        for key in actor.keys:
            public_key(key.pem)
    except PeerError as error:
        raise _Failed("key", error) from error
    return Step("key", is_good=True, text=", ".join(key.uri for key in actor.keys))


def _harmless(reach: Reach) -> bytes:
    actor = reach.key.key_id.partition("#")[0]
    stamp = int(reach.now.timestamp() * 1000)
    activity = {"@context": ACTIVITYSTREAMS, "id": f"{actor}#pings/{stamp}", "type": "Ping", "actor": actor}
    return msgspec.json.encode(activity | {"object": actor, "to": []})


def _reply(answer: Delivered) -> Step:
    if answer.status == 0:
        return Step("reply", is_good=False, text=f"The inbox does not answer: {answer.error}")
    if answer.status >= 500 or answer.status in (404, 410):
        return Step("reply", is_good=False, text=f"The inbox answers {answer.status}.")
    return Step("reply", is_good=True, text=f"The inbox answers {answer.status}.")


def _clock(answer: Delivered, now: datetime) -> Step:
    said = _date(answer.headers.get("date", ""))
    if said is None:
        return Step("clock", is_good=True, text="They do not say what time it is.")
    skew = abs(now - said)
    text = f"Our clocks are {int(skew.total_seconds())} s apart."
    return Step("clock", is_good=skew <= MAX_SKEW, text=text if skew <= MAX_SKEW else f"{text} Does ours run by NTP?")


def _signature(answer: Delivered) -> Step:
    if answer.status in (401, 403):
        why = "They refuse our signature: can they reach us, and did they block us?"
        return Step("signature", is_good=False, text=f"The inbox answers {answer.status}. {why}")
    return Step("signature", is_good=True, text="They take what we sign.")


def _date(text: str) -> datetime | None:
    try:
        said = parsedate_to_datetime(text)
    except ValueError:
        return None
    return said if said.tzinfo else said.replace(tzinfo=UTC)
