"""What apps rely on about bookmarks, muted threads, mutes, blocked hosts and markers; named by the behaviours they show."""

from typing import Any

import httpx
import pytest

from node.services import following
from tests.contract.entities import faults
from tests.support.network import Network, Station
from tests.support.world import Person, World


async def _post(client: httpx.AsyncClient, text: str, **sent: Any) -> dict[str, Any]:
    answer = await client.post("/api/v1/statuses", json={"status": text, **sent})
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


# ------------------------------------------------------------------ bookmarks and muted threads


async def test_PAG_013_bookmarks_blocks_and_mutes_page_by_their_own_ids(world: World) -> None:
    """Newest first by when it was done, whatever the ids of posts and people."""
    person = await world.user("ines")
    ines, others = world.client(person), [await world.user(name) for name in ("sam", "eva", "ben")]
    posts = [(await _post(world.client(one), "Hello"))["id"] for one in others]
    for place in (2, 0, 1):
        await ines.post(f"/api/v1/statuses/{posts[place]}/favourite")
        await ines.post(f"/api/v1/statuses/{posts[place]}/bookmark")
        await ines.post(f"/api/v1/accounts/{others[place].id}/mute")

    wanted = {"favourites": [posts[i] for i in (1, 0, 2)], "bookmarks": [posts[i] for i in (1, 0, 2)]}
    wanted["mutes"] = [str(others[i].id) for i in (1, 0, 2)]
    found: dict[str, list[str]] = {}
    for kind in wanted:
        url: str | None = f"/api/v1/{kind}?limit=1"
        while url is not None and len(found.get(kind, ())) <= 4:
            page = await ines.get(url)
            found.setdefault(kind, []).extend(one["id"] for one in page.json())
            url = page.links["next"]["url"] if "next" in page.links else None
    for place in (2, 0, 1):
        await ines.post(f"/api/v1/accounts/{others[place].id}/block")
    blocks = [one["id"] for one in (await ines.get("/api/v1/blocks")).json()]

    assert found == wanted
    assert blocks == wanted["mutes"]


async def test_STA_024_what_a_reader_did_is_told_to_readers_alone(world: World) -> None:
    """A guest gets none of the words, not even as no."""
    ines = world.client(await world.user("ines"))
    post = await _post(ines, "Hello")
    await ines.post(f"/api/v1/statuses/{post['id']}/bookmark")

    own = (await ines.get(f"/api/v1/statuses/{post['id']}")).json()
    guest = (await world.anybody.get(f"/api/v1/statuses/{post['id']}")).json()

    words = ("favourited", "reblogged", "muted", "bookmarked", "filtered")
    assert [own[word] for word in words] == [False, False, False, True, []]
    assert [word for word in words if word in guest] == []


async def test_STA_050_a_bookmark_is_taken_back_whatever_its_author_did(world: World) -> None:
    """Even when the author blocks the reader by now."""
    person, author = await world.user("ines"), await world.user("sam")
    ines, sam = world.client(person), world.client(author)
    post = await _post(sam, "Hello")
    await ines.post(f"/api/v1/statuses/{post['id']}/bookmark")
    await ines.post(f"/api/v1/statuses/{post['id']}/favourite")
    await sam.post(f"/api/v1/accounts/{person.id}/block")

    undone = [await ines.post(f"/api/v1/statuses/{post['id']}/{act}") for act in ("unbookmark", "unfavourite")]

    await sam.post(f"/api/v1/accounts/{person.id}/unblock")
    left = (await ines.get(f"/api/v1/statuses/{post['id']}")).json()
    assert [one.status_code for one in undone] == [200, 200]
    assert (left["bookmarked"], left["favourited"]) == (False, False)


@pytest.mark.parametrize("visibility", ["private", "direct"])
async def test_STA_051_what_one_may_not_see_is_not_bookmarked(world: World, visibility: str) -> None:
    """It is not there, for each of the acts."""
    ines, sam = world.client(await world.user("ines")), world.client(await world.user("sam"))
    post = await _post(sam, "Hello", visibility=visibility)

    acts = ("bookmark", "unbookmark", "favourite", "mute", "unmute")
    found = [(await ines.post(f"/api/v1/statuses/{post['id']}/{act}")).status_code for act in acts]

    assert found == [404] * 5
    assert (await ines.get("/api/v1/bookmarks")).json() == []


async def test_STA_053_muting_a_post_mutes_its_thread(world: World) -> None:
    """Every post of the thread says so, and nobody is told of answers in it any more."""
    ines, sam = world.client(await world.user("ines")), world.client(await world.user("sam"))
    first = await _post(ines, "Hello")
    second = await _post(sam, "@ines hi", in_reply_to_id=first["id"])

    muted = (await ines.post(f"/api/v1/statuses/{second['id']}/mute")).json()
    third = await _post(sam, "@ines and?", in_reply_to_id=second["id"])
    shown = [(await ines.get(f"/api/v1/statuses/{one['id']}")).json()["muted"] for one in (first, second, third)]
    told = [one["status"]["id"] for one in (await ines.get("/api/v1/notifications")).json()]
    after = (await ines.post(f"/api/v1/statuses/{first['id']}/unmute")).json()["muted"]

    assert (muted["muted"], shown, after) == (True, [True] * 3, False)
    assert third["id"] not in told
    assert (await sam.get(f"/api/v1/statuses/{third['id']}")).json()["muted"] is False


async def test_bookmarking_a_boost_bookmarks_what_it_boosts(world: World) -> None:
    """Twice is once."""
    ines, sam = world.client(await world.user("ines")), world.client(await world.user("sam"))
    post = await _post(sam, "Hello")
    boost = (await sam.post(f"/api/v1/statuses/{post['id']}/reblog")).json()

    marked = [(await ines.post(f"/api/v1/statuses/{boost['id']}/bookmark")).json()["id"] for _ in range(2)]

    listed = [one["id"] for one in (await ines.get("/api/v1/bookmarks")).json()]
    assert (marked, listed) == ([post["id"]] * 2, [post["id"]])


# ------------------------------------------------------------------ mutes


async def test_ACC_032_muting_hides_notifications_unless_said_otherwise(world: World) -> None:
    """The relationship says which."""
    person, other = await world.user("ines"), await world.user("sam")
    ines, sam = world.client(person), world.client(other)

    found = {}
    for hides in (True, False):
        sent = {} if hides else {"notifications": False}
        told = (await ines.post(f"/api/v1/accounts/{other.id}/mute", json=sent)).json()
        post = await _post(sam, f"@ines {hides}")
        heard = [one["status"]["id"] for one in (await ines.get("/api/v1/notifications")).json()]
        found[hides] = (told["muting"], told["muting_notifications"], post["id"] in heard)

    assert found == {True: (True, True, False), False: (True, False, True)}


async def test_ACC_033_a_mute_with_a_duration_ends_by_itself(world: World) -> None:
    """Its end is told, and then it is over everywhere, before anything is tidied up."""
    person, other = await world.user("ines"), await world.user("sam")
    ines, sam = world.client(person), world.client(other)
    await ines.post(f"/api/v1/accounts/{other.id}/follow")
    post = await _post(sam, "@ines hello")
    relation = f"/api/v1/accounts/relationships?id[]={other.id}"
    lists = ("/api/v1/timelines/home", "/api/v1/timelines/public", "/api/v1/notifications")

    async def seen() -> tuple[Any, ...]:
        [standing] = (await ines.get(relation)).json()
        shown = [
            sum(one.get("status", one)["id"] == post["id"] for one in (await ines.get(url)).json()) for url in lists
        ]
        return standing["muting"], standing["muting_expires_at"], len((await ines.get("/api/v1/mutes")).json()), shown

    await ines.post(f"/api/v1/accounts/{other.id}/mute", data={"duration": "3600"})
    before = await seen()
    world.clock.pass_time(seconds=3600)
    after = await seen()

    assert before == (True, "2026-11-25T10:00:00.000Z", 1, [0, 0, 0])
    assert after == (False, None, 0, [1, 1, 1])


async def test_ACC_047_muted_accounts_say_until_when(world: World) -> None:
    """Null where there is no end; muting again puts another end in place."""
    person, sam, eva = await world.user("ines"), await world.user("sam"), await world.user("eva")
    ines = world.client(person)
    await ines.post(f"/api/v1/accounts/{sam.id}/mute", json={"duration": 60})
    await ines.post(f"/api/v1/accounts/{sam.id}/mute", json={"duration": 3600})
    await ines.post(f"/api/v1/accounts/{eva.id}/mute")

    listed = (await ines.get("/api/v1/mutes")).json()

    ends = {one["username"]: one["mute_expires_at"] for one in listed}
    assert ends == {"sam": "2026-11-25T10:00:00.000Z", "eva": None}
    assert [fault for one in listed for fault in faults("MutedAccount", one)] == []


@pytest.mark.parametrize("duration", ["-1", "soon", "nan", "1e400", "0.5"])
async def test_mute_for_no_real_time_is_refused(world: World, duration: str) -> None:
    """It is not for ever by mistake."""
    ines, other = world.client(await world.user("ines")), await world.user("sam")

    answer = await ines.post(f"/api/v1/accounts/{other.id}/mute", data={"duration": duration})

    assert (answer.status_code, (await ines.get("/api/v1/mutes")).json()) == (422, [])


async def test_mute_for_ages_is_one_for_a_long_time(world: World) -> None:
    """However large the number is."""
    ines, other = world.client(await world.user("ines")), await world.user("sam")

    answer = await ines.post(f"/api/v1/accounts/{other.id}/mute", data={"duration": "9" * 30})

    assert answer.status_code == 200
    assert answer.json()["muting_expires_at"] > "2100"


async def test_mutes_that_ended_are_swept(world: World) -> None:
    """The others stay."""
    person, sam, eva = await world.user("ines"), await world.user("sam"), await world.user("eva")
    ines = world.client(person)
    await ines.post(f"/api/v1/accounts/{sam.id}/mute", json={"duration": 60})
    await ines.post(f"/api/v1/accounts/{eva.id}/mute")
    world.clock.pass_time(seconds=61)

    first, second = await world.db.write(following.sweep), await world.db.write(following.sweep)

    assert (first, second) == (1, 0)
    assert [one["username"] for one in (await ines.get("/api/v1/mutes")).json()] == ["eva"]


# ------------------------------------------------------------------ blocked hosts


async def test_ACC_048_blocked_hosts_are_plain_strings(world: World) -> None:
    """What is no host is refused; taking back what is not there is fine."""
    ines = world.client(await world.user("ines"))
    blocked = [
        await ines.post("/api/v1/domain_blocks", data={"domain": one})
        for one in ("Hill.example", "b\u00fccher.example")
    ]
    twice = await ines.post("/api/v1/domain_blocks", json={"domain": "hill.example"})
    refused = [
        await ines.post("/api/v1/domain_blocks", json=one)
        for one in ({}, {"domain": "no host"}, {"domain": "ward.example"})
    ]
    listed = (await ines.get("/api/v1/domain_blocks")).json()
    gone = [
        await ines.delete("/api/v1/domain_blocks", params={"domain": one}) for one in ("hill.example", "other.example")
    ]
    bad = await ines.delete("/api/v1/domain_blocks", params={"domain": "/"})

    assert [one.json() for one in (*blocked, twice, *gone)] == [{}] * 5
    assert [one.status_code for one in (*refused, bad)] == [422] * 4
    assert listed == ["xn--bcher-kva.example", "hill.example"]
    assert (await ines.get("/api/v1/domain_blocks")).json() == ["xn--bcher-kva.example"]


async def _acquainted(network: Network) -> tuple[Station, Station, Person, Person, int]:
    """Return two nodes whose Ines and Otto follow each other, and Otto's id at hers."""
    ward, hill = await network.node("ward.example"), await network.node("hill.example")
    ines, otto = await ward.user("ines"), await hill.user("otto")
    there = await ward.follow(ines, "otto@hill.example")
    await hill.follow(otto, "ines@ward.example")
    await network.settle()
    return ward, hill, ines, otto, there.id


async def test_blocking_a_host_ends_follows_and_hides_who_is_there(network: Network) -> None:
    """In both directions; timelines, notices and search show nobody of there, and their boosts by others are hidden too."""
    ward, hill, ines, otto, otto_id = await _acquainted(network)
    client = ward.world.client(ines)
    await hill.post(otto, "@ines@ward.example hello #beds")
    await network.settle()
    urls = ("/api/v1/timelines/public", "/api/v1/timelines/tag/beds", "/api/v1/notifications", "/api/v1/timelines/home")
    before = [len((await client.get(url)).json()) for url in urls]
    preview = (await client.get("/api/v1/domain_blocks/preview", params={"domain": "hill.example"})).json()

    await client.post("/api/v1/domain_blocks", json={"domain": "hill.example"})
    await network.settle()

    after = [len((await client.get(url)).json()) for url in urls]
    [standing] = (await client.get(f"/api/v1/accounts/relationships?id[]={otto_id}")).json()
    found = (await client.get("/api/v2/search", params={"q": "otto", "type": "accounts"})).json()["accounts"]
    assert preview == {"following_count": 1, "followers_count": 1}
    assert (min(before), after, found) == (1, [0, 0, 0, 0], [])
    assert (standing["domain_blocking"], standing["following"], standing["followed_by"]) == (True, False, False)
    assert await hill.count(otto, "following") == 0
    assert (await client.post(f"/api/v1/accounts/{otto_id}/follow")).status_code == 403


async def test_nobody_of_a_blocked_host_follows(network: Network) -> None:
    """Whoever asks from there is not taken; afterwards it is possible again."""
    ward, hill = await network.node("ward.example"), await network.node("hill.example")
    ines, otto = await ward.user("ines"), await hill.user("otto")
    client = ward.world.client(ines)
    await client.post("/api/v1/domain_blocks", json={"domain": "hill.example"})
    await hill.follow(otto, "ines@ward.example")
    await network.settle()
    before = (await client.get(f"/api/v1/accounts/{ines.id}/followers")).json()

    await client.delete("/api/v1/domain_blocks", params={"domain": "hill.example"})
    await ward.find("otto@hill.example")
    await client.post("/api/v1/accounts/lookup", params={"acct": "otto@hill.example"})
    followed = await ward.follow(ines, "otto@hill.example")

    assert before == []
    assert followed.username == "otto"


# ------------------------------------------------------------------ markers


async def test_TIM_015_markers_are_of_two_lists(world: World) -> None:
    """Unknown ones are ignored, and who asks for none gets none."""
    ines = world.client(await world.user("ines"))
    await ines.post("/api/v1/markers", data={"home[last_read_id]": "7", "notifications[last_read_id]": "9"})

    both = (await ines.get("/api/v1/markers?timeline[]=home&timeline[]=notifications&timeline[]=garden")).json()
    none = (await ines.get("/api/v1/markers")).json()

    assert {name: marker["last_read_id"] for name, marker in both.items()} == {"home": "7", "notifications": "9"}
    assert [fault for marker in both.values() for fault in faults("Marker", marker)] == []
    assert none == {}


async def test_TIM_016_saving_a_marker_raises_its_version(world: World) -> None:
    """Changes follow one another here, so that none is ever at the same time as another and refused."""
    ines = world.client(await world.user("ines"))

    sent = [{"home": {"last_read_id": str(number)}} for number in (7, 9, 8)]
    versions = [(await ines.post("/api/v1/markers", json=one)).json()["home"]["version"] for one in sent]

    assert versions == sorted(set(versions))
