"""Webhooks: who is told what, how it is signed, what stays in the house, and what happens when nobody answers."""

import json
from collections.abc import Awaitable, Callable
from ipaddress import ip_address, ip_network
from typing import Any

import httpx
import msgspec
import pytest

from federation.reasons import PeerError
from federation.signatures import cavage
from node.errors import Problem
from node.gateways.deliver import HttpDeliverer
from node.gateways.guard import GuardRules, build_client
from node.services import acting, hooking, learning, measuring
from node.services.measuring import NewPoint
from node.store import accounts, jobs, keys
from node.store.unit import Snapshot
from tests.node.services import loops
from tests.support.network import Network, Station
from tests.support.world import Person

ENGINE = "engine.ward.example"
URL = f"https://{ENGINE}/rounds?token=abc"
Ask = Callable[[httpx.Request], Awaitable[httpx.Response]]


class Engine:
    """A system of the house that keeps what it was told."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.status = 204

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return httpx.Response(self.status)

    @property
    def told(self) -> list[dict[str, Any]]:
        """What came, in order."""
        return [json.loads(request.content) for request in self.requests]

    @property
    def events(self) -> list[str]:
        """What it was told of, sorted: they come in no order."""
        return sorted(one["event"] for one in self.told)


@pytest.fixture
async def ward(network: Network) -> Station:
    return await network.node("ward.example")


@pytest.fixture
def engine(network: Network) -> Engine:
    made = Engine()
    network.wire.applications[ENGINE] = httpx.MockTransport(made.answer)
    return made


@pytest.fixture
async def ines(ward: Station) -> Person:
    return await ward.user("ines")


async def _add(ward: Station, *events: str, url: str = URL) -> hooking.Webhook:
    return await ward.db.write(hooking.add, url, events, by="test")


async def _pem(ward: Station) -> str:
    """Return the public key of the institution as its actor document says it."""

    def read(snapshot: Snapshot) -> str:
        institution = accounts.by_uri(snapshot, snapshot.site.actor_uri(snapshot.site.institution_username))
        assert institution is not None
        return next(key.public_pem for key in keys.published(snapshot, institution.id) if key.kind == "rsa")

    return await ward.db.read(read)


async def test_a_whole_loop_is_told_in_ids_and_links(
    network: Network, ward: Station, engine: Engine, ines: Person
) -> None:
    """Recorded, begun, counted, decided, shared, withdrawn: each once, and no number anywhere."""
    await _add(ward)
    learned = await loops.learned(ward.world, ines, "Bin lids wake patients.")
    network.clock.pass_time(minutes=1)
    begun = await loops.begun(ward.world, ines, learned)
    measure = await loops.measure_of(ward.world, begun)
    await ward.db.write(measuring.record_point, ines.id, measure.id, NewPoint(entry="41/43"))
    network.clock.pass_time(minutes=1)
    shared = await loops.shared(ward.world, ines, begun)
    await ward.db.write(learning.withdraw, ines.id, learned, reason="mistaken", explanation="It was the doors.")
    await network.settle()

    assert sorted(hooking.EVENTS[:-1]) == engine.events
    by_event = {one["event"]: one for one in engine.told}
    assert {
        "event": "learning.recorded",
        "at": "2026-11-25T09:00:00.000Z",
        "delivery": by_event["learning.recorded"]["delivery"],
        "id": str(learned),
        "uri": f"https://ward.example/users/ines/statuses/{learned}",
        "url": f"https://ward.example/loops/{learned}",
        "type": "Learning",
        "title": "Bin lids wake patients.",
        "measure_id": None,
    } == by_event["learning.recorded"]
    assert (str(begun), str(measure.id)) == (by_event["point.entered"]["id"], by_event["point.entered"]["measure_id"])
    assert str(shared) == by_event["share.published"]["id"]
    for one in engine.told:
        assert {"event", "at", "delivery", "id", "uri", "url", "type", "title", "measure_id"} == set(one)
        assert not {41, 43, "41/43"} & set(one.values())


async def test_the_receiver_can_verify_who_speaks(
    network: Network, ward: Station, engine: Engine, ines: Person
) -> None:
    """By the public key of the institution's actor, over this host, path, date and body; a changed body is refused."""
    await _add(ward, "learning.recorded")
    await loops.learned(ward.world, ines)
    await network.settle()
    request = engine.requests[0]
    headers = {name.lower(): value for name, value in request.headers.items()}
    how: dict[str, Any] = {"public_pem": await _pem(ward), "now": network.clock.now(), "hosts": (ENGINE,)}

    cavage.verify("POST", "/rounds?token=abc", headers, request.content, **how)
    with pytest.raises(PeerError):
        cavage.verify("POST", "/rounds?token=abc", headers, request.content + b" ", **how)

    assert cavage.parse(headers).key_id == "https://ward.example/users/institution#main-key"
    assert (headers["content-type"], headers["x-rounds-event"]) == ("application/json", "learning.recorded")
    assert headers["x-rounds-delivery"].isdigit()
    assert msgspec.json.decode(request.content)["delivery"] == headers["x-rounds-delivery"]


async def test_only_what_was_asked_for_is_told(network: Network, ward: Station, engine: Engine, ines: Person) -> None:
    """One event of seven."""
    await _add(ward, "action.begun")
    begun = await loops.begun(ward.world, ines, await loops.learned(ward.world, ines))
    await ward.db.write(acting.close, ines.id, begun, "adopt")
    await network.settle()

    assert engine.events == ["action.begun"]


@pytest.mark.parametrize("visibility", ["private", "direct"])
async def test_no_title_leaves_of_what_is_not_for_everybody(
    network: Network, ward: Station, engine: Engine, ines: Person, visibility: str
) -> None:
    """Of a narrower record there are ids and links alone."""
    await _add(ward, "learning.recorded")
    await loops.learned(ward.world, ines, "Bed 12 fell again.", visibility=visibility)
    await network.settle()

    assert [one["title"] for one in engine.told] == [None]
    assert b"Bed" not in engine.requests[0].content


async def test_a_result_from_elsewhere_is_told(network: Network, ward: Station, engine: Engine, ines: Person) -> None:
    """A peer's share of our idea is; its share of its own idea is not."""
    await _add(ward, "result.received", "record.withdrawn")
    there = await network.node("kestrel.example")
    ruth = await there.user("ruth")
    await there.follow(ruth, "ines@ward.example")
    await ward.follow(ines, "ruth@kestrel.example")
    await network.settle()
    learned = await loops.learned(ward.world, ines)
    await network.settle()
    network.clock.pass_time(minutes=5)
    source = await ward.status(learned)
    tried = await loops.begun(there.world, ruth, source.uri, relation="adopts", day_zero_on=None)
    own = await loops.begun(there.world, ruth, await loops.learned(there.world, ruth), day_zero_on=None)
    network.clock.pass_time(minutes=5)
    told = await loops.shared(there.world, ruth, tried)
    await loops.shared(there.world, ruth, own)
    await network.settle()

    assert engine.events == ["result.received"]
    assert (await there.status(told)).uri == engine.told[0]["uri"]


async def test_who_does_not_answer_is_asked_again_with_the_same_number(
    network: Network, ward: Station, engine: Engine, ines: Person
) -> None:
    """A fault is tried again half a minute later; the number of the delivery tells that it is the same."""
    await _add(ward, "learning.recorded")
    engine.status = 503
    await loops.learned(ward.world, ines)
    await network.settle()
    engine.status = 204
    network.clock.pass_time(minutes=1)
    await network.settle()
    network.clock.pass_time(hours=12)
    await network.settle()

    numbers = [request.headers["x-rounds-delivery"] for request in engine.requests]
    assert (len(numbers), len(set(numbers))) == (2, 1)
    assert [(one.failures, one.last_status) for one in await ward.db.read(hooking.listed)] == [(0, 204)]


async def test_the_twentieth_failure_in_a_row_switches_off_and_tells_administrators(
    network: Network, ward: Station, engine: Engine, ines: Person
) -> None:
    """They get a direct post that names the host and no more of the address; nothing is posted any more."""
    ada = await ward.world.user("ada", role="admin")
    hook = await _add(ward, "learning.recorded")
    engine.status = 500
    for number in range(21):
        await loops.learned(ward.world, ines, f"Thing {number}.")
    await network.settle()
    posted = len(engine.requests)
    network.clock.pass_time(hours=12)
    await network.settle()

    kept = await ward.db.read(hooking.one, hook.id)
    home = await ward.world.client(ada).get("/api/v1/conversations")
    words = home.json()[0]["last_status"]["content"]
    assert (False, posted) == (kept.is_active, len(engine.requests))
    assert kept.failures >= hooking.ENOUGH
    assert (ENGINE in words, "token" in words) == (True, False)

    engine.status = 204
    again = await _add(ward)
    await loops.learned(ward.world, ines, "Back.")
    await network.settle()
    assert (hook.id, posted + 1) == (again.id, len(engine.requests))


async def test_a_trial_is_told_at_once_and_counts_for_nothing(ward: Station, engine: Engine) -> None:
    """Also of one that is switched off."""
    hook = await _add(ward)

    answer = await hooking.try_out(ward.db, ward.deliverer, hook.id)

    assert (answer.status, engine.events) == (204, ["ping"])
    assert [one.last_status for one in await ward.db.read(hooking.listed)] == [None]


async def test_what_is_removed_or_deleted_before_is_not_told(
    network: Network, ward: Station, engine: Engine, ines: Person
) -> None:
    """The job finds nothing to say and is done."""
    hook = await _add(ward, "learning.recorded")
    await loops.learned(ward.world, ines)
    await ward.db.write(hooking.remove, hook.id, by="test")
    await network.settle()

    assert engine.requests == []
    assert await ward.db.read(jobs.next_due_at) is None


async def test_what_is_wrong_is_said_at_its_field(ward: Station) -> None:
    """No address, plain http, an unknown event, one too many."""
    for url, events, field, code in (
        ("engine", (), "url", "url-malformed"),
        ("http://engine.ward.example/", (), "url", "url-malformed"),
        ("https://user:word@engine.ward.example/", (), "url", "url-malformed"),
        (f"https://engine.ward.example/{'x' * 1000}", (), "url", "url-malformed"),
        (URL, ("point.entered", "bed.freed"), "events", "event-unknown"),
    ):
        with pytest.raises(Problem) as refused:
            await ward.db.write(hooking.add, url, events, by="test")
        assert (422, field, code) == (refused.value.status, refused.value.field, refused.value.code)
    for number in range(hooking.MAX_HOOKS):
        await _add(ward, url=f"{URL}{number}")
    with pytest.raises(Problem) as many:
        await _add(ward)
    assert many.value.code == "too-many"


async def test_an_inner_address_is_told_only_where_the_settings_let_it(ward: Station) -> None:
    """The guard stands before the socket: without the exception nothing is dialled, and an administrator is told why."""
    hook = await _add(ward, url="https://10.0.0.7/hook")
    client = build_client(GuardRules(), user_agent="Rounds/test")
    deliverer = HttpDeliverer(client, ward.world.clock)

    answer = await hooking.try_out(ward.db, deliverer, hook.id)
    deliverer.close()
    await client.aclose()

    let = GuardRules(allow_networks={"10.0.0.7": (ip_network("10.0.0.0/8"),)})
    assert (answer.status, (answer.error or "").startswith("forbidden-address")) == (0, True)
    assert tuple(one.permits("10.0.0.7", 443, ip_address("10.0.0.7")) for one in (GuardRules(), let)) == (False, True)


async def test_an_app_of_an_administrator_may_not_name_an_inner_address(ward: Station) -> None:
    """It is refused at the field before anything is kept; staff may not even look."""
    ada, tom = await ward.world.user("ada", role="admin"), await ward.user("tom")
    path = "/api/rounds/v1/webhooks"

    inner = await ward.world.client(ada).post(path, json={"url": "https://10.0.0.7/hook"})
    made = await ward.world.client(ada).post(path, json={"url": "https://192.0.43.7/hook", "events": ["point.entered"]})
    listed = await ward.world.client(ada).get(path)
    staff = await ward.world.client(tom).get(path)

    assert (inner.status_code, inner.json()["code"]) == (422, "inner-address")
    assert (made.status_code, made.json()["events"]) == (200, ["point.entered"])
    assert [made.json()["id"]] == [one["id"] for one in listed.json()]
    assert staff.status_code == 403
    tried = await ward.world.client(ada).post(f"{path}/{made.json()['id']}/test")
    gone = await ward.world.client(ada).delete(f"{path}/{made.json()['id']}")
    assert [tried.status_code, gone.status_code] == [200, 200]
    assert (await ward.world.client(ada).get(path)).json() == []
