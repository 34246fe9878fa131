"""Behaviours PUS-*: where apps want to be pushed to, and what they are pushed."""

from typing import Any

import httpx
import msgspec
import pytest

from node.services import authorising
from tests.contract.behaviours.people import follow, read
from tests.contract.entities import faults
from tests.support.receiving import ENDPOINT, Device
from tests.support.world import Person, World
from tests.web.api.test_statuses import post

PLACE = "/api/v1/push/subscription"
KINDS = (
    "mention", "status", "reblog", "follow", "follow_request", "favourite", "poll", "update", "quote", "admin.sign_up",
    "admin.report",
)  # fmt: skip


async def subscribe(world: World, who: Person | str, *kinds: str, **more: Any) -> dict[str, Any]:
    """Subscribe with a new device and return the subscription."""
    response = await world.client(who).post(PLACE, json=Device().wish(*kinds, **more))
    assert response.status_code == 200, response.text
    made: dict[str, Any] = response.json()
    return made


def told(world: World) -> list[dict[str, Any]]:
    """Return every payload that was pushed."""
    return [msgspec.json.decode(push.payload) for _, push in world.pusher.pushed]


@pytest.fixture
async def sam(world: World) -> Person:
    return await world.user("sam", display_name="Sam")


def on(subscription: dict[str, Any]) -> set[str]:
    """Return the kinds that a subscription lets through; every kind is named, whatever was sent."""
    return {kind for kind, is_on in subscription["alerts"].items() if is_on}


async def test_PUS_001_a_token_has_one_subscription(world: World, ines: Person) -> None:
    """The newest; another token has its own."""
    other = await world.token(ines, "push")

    first = await subscribe(world, ines, *KINDS)
    second = await subscribe(world, ines, *KINDS, endpoint=f"{ENDPOINT}/2")
    third = await subscribe(world, other, *KINDS)

    assert [faults("WebPushSubscription", one) for one in (first, second, third)] == [[], [], []]
    assert await read(world, ines, PLACE) == second != first
    assert (await world.client(other).get(PLACE)).json() == third


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": ""},
        {"endpoint": "push.example/send"},
        {"keys": {"p256dh": "", "auth": ""}},
        {"keys": {"p256dh": "BAAA", "auth": "c2l4dGVlbiBieXRlcyBvaw"}},
        {"keys": {"p256dh": "not base64!", "auth": "c2l4dGVlbiBieXRlcyBvaw"}},
        {"keys": Device().keys | {"auth": "c2hvcnQ"}},
        {"keys": Device().keys | {"p256dh": "B" + "A" * 86}},
    ],
)
async def test_PUS_002_what_cannot_be_pushed_to_is_refused(world: World, ines: Person, wrong: dict[str, Any]) -> None:
    """With 422, and nothing is kept."""
    sent = Device().wish("mention")
    sent["subscription"] |= wrong

    response = await world.client(ines).post(PLACE, json=sent)

    assert (response.status_code, (await world.client(ines).get(PLACE)).status_code) == (422, 404)


@pytest.mark.parametrize(
    "sent",
    [
        {"subscription": "text"},
        {"subscription": {"endpoint": ENDPOINT, "keys": "text"}},
        {"subscription": Device().wish()["subscription"], "data": {"alerts": "text"}},
        {"subscription": Device().wish()["subscription"], "data": ["text"]},
    ],
)
async def test_PUS_002_another_shape_is_400(world: World, ines: Person, sent: dict[str, Any]) -> None:
    """Where an object should be, there is something else."""
    assert (await world.client(ines).post(PLACE, json=sent)).status_code == 400


async def test_PUS_003_without_a_subscription_there_is_none(world: World, ines: Person) -> None:
    """404, but ending it always succeeds."""
    client = world.client(ines)
    codes = [(await client.request(method, PLACE)).status_code for method in ("GET", "PUT", "PATCH")]

    ended = [await client.delete(PLACE)]
    await subscribe(world, ines, "mention")
    ended.append(await client.delete(PLACE))

    assert (codes, [one.json() for one in ended]) == ([404, 404, 404], [{}, {}])
    assert (await client.get(PLACE)).status_code == 404


async def test_PUS_004_standard_chooses_the_encryption(world: World, ines: Person, sam: Person) -> None:
    """Without it the older one is meant; tests of the gateway open both."""
    sent = Device().wish("mention")
    del sent["subscription"]["standard"]

    older = (await world.client(ines).post(PLACE, json=sent)).json()
    await post(world, sam, "Look, @ines")
    await world.work()
    newer = await subscribe(world, ines, "mention")
    await post(world, sam, "Look again, @ines")
    await world.work()

    assert (older["standard"], newer["standard"]) == (False, True)
    assert [to.is_standard for to, _ in world.pusher.pushed] == [False, True]


async def test_PUS_005_the_key_is_the_one_that_the_node_publishes(world: World, ines: Person) -> None:
    """In the instance document and to apps."""
    made = await subscribe(world, ines, "mention")

    instance = await read(world, None, "/api/v2/instance")
    app = await read(world, ines, "/api/v1/apps/verify_credentials")
    registered = await world.anybody.post(
        "/api/v1/apps", json={"client_name": "New", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"}
    )

    assert len(made["server_key"]) == 87
    assert instance["configuration"]["vapid"] == {"public_key": made["server_key"]}
    assert (app["vapid_key"], registered.json()["vapid_key"]) == (made["server_key"], made["server_key"])


@pytest.mark.parametrize(
    ("policy", "pushed"),
    [(None, ["sam", "eva", "kim"]), ("all", ["sam", "eva", "kim"]), ("followed", ["sam"]), ("follower", ["eva"]), ("none", [])],
)  # fmt: skip
async def test_PUS_006_the_policy_says_whose_acts_are_pushed(
    world: World, ines: Person, sam: Person, policy: str | None, pushed: list[str]
) -> None:
    """Of all by default, of those one follows, of those who follow, of nobody."""
    eva, kim = await world.user("eva"), await world.user("kim")
    await follow(world, ines, sam)
    await follow(world, eva, ines)
    made = await subscribe(world, ines, "mention", **({} if policy is None else {"policy": policy}))

    for person in (sam, eva, kim):
        await post(world, person, "Look, @ines")
    await world.work()

    assert made["policy"] == (policy or "all")
    names = {"Sam": "sam"}
    found = [one["title"].removesuffix(" mentioned you") for one in told(world)]
    assert sorted(names.get(name, name) for name in found) == sorted(pushed)


async def test_PUS_006_a_policy_that_nobody_knows_is_refused(world: World, ines: Person) -> None:
    """With 422; a known one is changed either way it is sent."""
    wrong = await world.client(ines).post(PLACE, json=Device().wish(policy="some"))
    await subscribe(world, ines, "mention")

    inside = await world.client(ines).put(PLACE, json={"data": {"policy": "followed"}})
    beside = await world.client(ines).put(PLACE, json={"policy": "none"})

    assert wrong.status_code == 422
    assert (inside.json()["policy"], beside.json()["policy"]) == ("followed", "none")
    assert on(beside.json()) == {"mention"}


@pytest.mark.parametrize("form", ["json", "urlencoded", "text in json"])
async def test_PUS_007_alerts_are_real_booleans(world: World, ines: Person, form: str) -> None:
    """However they were sent; what was not named is not there, and a kind that nobody knows neither."""
    device = Device()
    flat = {
        "subscription[endpoint]": ENDPOINT,
        "subscription[keys][p256dh]": device.keys["p256dh"],
        "subscription[keys][auth]": device.keys["auth"],
        "data[alerts][mention]": "1",
        "data[alerts][admin.sign_up]": "true",
        "data[alerts][follow]": "false",
        "data[alerts][strange]": "true",
    }
    tree = device.wish()
    is_text = form == "text in json"
    tree["data"]["alerts"] = {
        "mention": "1" if is_text else True,
        "admin.sign_up": "true" if is_text else True,
        "follow": "0" if is_text else False,
        "strange": True,
    }
    sent: dict[str, Any] = {"data": flat} if form == "urlencoded" else {"json": tree}

    made = (await world.client(ines).post(PLACE, **sent)).json()
    changed = await world.client(ines).put(PLACE, data={"data[alerts][poll]": "on", "data[alerts][mention]": "off"})

    assert (on(made), on(changed.json())) == ({"mention", "admin.sign_up"}, {"poll"})
    assert {type(one) for one in made["alerts"].values()} == {bool}


async def test_a_push_says_what_and_who_for_the_kinds_that_were_named(world: World, ines: Person, sam: Person) -> None:
    """Once for each notification and subscription."""
    mine = await post(world, ines)
    await subscribe(world, ines, "follow")

    await follow(world, sam, ines)
    await world.client(sam).post(f"/api/v1/statuses/{mine['id']}/favourite")
    await world.work()
    await world.work()

    (payload,) = told(world)
    (notification,) = await read(world, ines, "/api/v1/notifications", **{"types[]": "follow"})
    assert faults("WebPushPayload", payload) == []
    assert payload["notification_id"] == int(notification["id"])
    assert (payload["notification_type"], payload["title"]) == ("follow", "Sam is now following you")
    assert payload["icon"] == notification["account"]["avatar_static"]


async def test_what_is_filtered_or_gone_or_seen_no_more_is_not_pushed(world: World, ines: Person, sam: Person) -> None:
    """The policy holds back; a post that was deleted meanwhile is no news; nor is what happened yesterday."""
    await subscribe(world, ines, "mention")
    gone = await post(world, sam, "Gone, @ines")
    await world.client(sam).delete(f"/api/v1/statuses/{gone['id']}")
    await post(world, sam, "Blocked, @ines")
    await world.client(ines).post(f"/api/v1/accounts/{sam.id}/block")
    await world.work()
    await world.client(ines).post(f"/api/v1/accounts/{sam.id}/unblock")
    await post(world, sam, "Old, @ines")
    world.clock.pass_time(hours=13)
    await world.work()
    await world.client(ines).patch("/api/v2/notifications/policy", json={"for_not_following": "filter"})
    await post(world, sam, "Filtered, @ines")
    await world.work()

    assert told(world) == []


@pytest.mark.parametrize("status", [404, 410])
async def test_a_subscription_that_is_gone_is_removed(world: World, ines: Person, sam: Person, status: int) -> None:
    """The push service says so."""
    await subscribe(world, ines, "mention")
    world.pusher.answers = [status]

    await post(world, sam, "Look, @ines")
    await world.work()

    assert (await world.client(ines).get(PLACE)).status_code == 404


async def test_a_busy_push_service_is_asked_again(world: World, ines: Person, sam: Person) -> None:
    """After a while; one that refuses is not."""
    await subscribe(world, ines, "mention")
    world.pusher.answers = [429, 503, 201]

    await post(world, sam, "Look, @ines")
    for _ in range(5):
        await world.work()
        world.clock.pass_time(hours=1)
    first = len(world.pusher.pushed)
    world.pusher.answers = [413]
    await post(world, sam, "Look again, @ines")
    for _ in range(3):
        await world.work()
        world.clock.pass_time(hours=1)

    assert (first, len(world.pusher.pushed)) == (3, 4)


async def test_a_token_that_ends_takes_its_subscription_along(world: World, ines: Person, sam: Person) -> None:
    """Whoever signed out of an app is not pushed to there."""
    app = (
        await world.anybody.post(
            "/api/v1/apps",
            json={"client_name": "New", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": "read push"},
        )
    ).json()
    token = await token_of(world, ines, app)
    await subscribe(world, token, "mention")
    await post(world, sam, "Look, @ines")

    sent = {"client_id": app["client_id"], "client_secret": app["client_secret"], "token": token}
    revoked = await world.anybody.post("/oauth/revoke", data=sent)
    await post(world, sam, "Look again, @ines")
    await world.work()

    assert (revoked.status_code, told(world)) == (200, [])


async def token_of(world: World, who: Person, app: dict[str, Any]) -> str:
    """Give a token of an app's own for pushes."""
    issued = await world.db.write(authorising.issue, int(app["id"]), who.user_id, ("read", "push"))
    return issued.access_token


async def test_only_the_scope_push_reaches_a_subscription(world: World, ines: Person) -> None:
    """Whatever else a token may do."""
    token = await world.token(ines, "read", "write")

    answers: list[httpx.Response] = [await world.client(token).request(m, PLACE) for m in ("GET", "POST", "DELETE")]

    assert [one.status_code for one in answers] == [403, 403, 403]
