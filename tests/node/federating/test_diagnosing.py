"""The doctor names the first step that fails on the way to somebody elsewhere."""

from datetime import timedelta
from email.utils import format_datetime

import httpx
import pytest

from federation.uris import Handle
from node.services import diagnosing
from node.services.diagnosing import Reach, Step
from tests.node.federating.conftest import Ward
from tests.support.network import Send

OKAPI = Handle("okapi", "masto.example")


async def diagnose(ward: Ward, handle: Handle = OKAPI) -> list[Step]:
    node = ward.node
    reach = Reach(node.fetcher, node.deliverer, await node.key(), node.site, ward.network.clock.now())
    return await diagnosing.federation(reach, handle)


def last(steps: list[Step]) -> tuple[str, bool]:
    return steps[-1].name, steps[-1].is_good


async def test_whole_way_is_good(ward: Ward) -> None:
    """Every step is named in its order, and the peer hears a thing it need not understand."""
    steps = await diagnose(ward)

    assert [step.name for step in steps] == ["WebFinger", "actor", "key", "reply", "clock", "signature"]
    assert all(step.is_good for step in steps)
    assert [act["type"] for act in ward.peer.got("Ping")] == ["Ping"]


async def test_unknown_name_fails_at_webfinger(ward: Ward) -> None:
    """A host that knows nobody of that name, and a host that does not answer."""
    steps = await diagnose(ward, Handle("nobody", "masto.example"))
    nowhere = await diagnose(ward, Handle("okapi", "nowhere.example"))

    assert (last(steps), last(nowhere)) == (("WebFinger", False), ("WebFinger", False))


async def test_actor_that_is_none_fails_at_actor(ward: Ward) -> None:
    """What WebFinger names must be an actor."""
    ward.peer.shelf[ward.okapi.uri] = {"id": ward.okapi.uri, "type": "Note"}

    assert last(await diagnose(ward)) == ("actor", False)


@pytest.mark.parametrize("key", [None, {"id": "https://masto.example/users/okapi#main-key", "publicKeyPem": "none"}])
async def test_unusable_key_fails_at_key(ward: Ward, key: object) -> None:
    """No key, and one that cannot be read."""
    ward.peer.shelf[ward.okapi.uri] = ward.okapi.document(publicKey=key)

    assert last(await diagnose(ward)) == ("key", False)


@pytest.mark.parametrize(("status", "step"), [(500, "reply"), (404, "reply"), (401, "signature"), (403, "signature")])
async def test_answer_of_the_inbox_names_the_step(ward: Ward, status: int, step: str) -> None:
    """An inbox that is broken is another thing than one that refuses us."""
    ward.network.answer("masto.example", status)

    assert last(await diagnose(ward)) == (step, False)


async def test_clocks_that_differ_fail_at_clock(ward: Ward) -> None:
    """Signatures hold for minutes, so both clocks must agree."""
    then = ward.network.clock.now() - timedelta(hours=2)

    async def late(request: httpx.Request, send: Send) -> httpx.Response:
        answer = await send(request)
        answer.headers["date"] = format_datetime(then, usegmt=True)
        return answer

    ward.network.wire.hooks["masto.example"] = late

    steps = await diagnose(ward)

    assert last(steps) == ("clock", False)
    assert "7200 s" in steps[-1].text
