"""What apps of our own people may be made to do that nobody meant: leftovers, oracles, doors that stay open."""

from datetime import timedelta
from typing import Any

import pytest

from node.store import searching, trends
from tests.contract.behaviours.posts import STATUSES, post
from tests.support.world import Person, World
from tests.web.api.test_media import picture

ADMIN = "/api/v1/admin"
COLLECTIONS = "/api/v1/collections"


async def test_a_private_boost_names_nobody_to_strangers(world: World) -> None:
    """Who boosts for their followers alone is in the list of those alone; a boost within the house stays in it."""
    asha, ben, omar = [await world.user(name) for name in ("asha", "ben", "omar")]
    made = await post(world, asha)
    await world.client(ben).post(f"/api/v1/accounts/{asha.id}/follow")
    answer = await world.client(asha).post(f"{STATUSES}/{made['id']}/reblog", json={"visibility": "private"})
    assert answer.status_code == 200

    seen = {}
    for name, who in (("nobody", None), ("ben", ben), ("omar", omar), ("asha", asha)):
        seen[name] = len((await world.client(who).get(f"{STATUSES}/{made['id']}/reblogged_by")).json())

    assert (seen["nobody"], seen["omar"]) == (0, 0)
    assert seen["asha"] == 1


async def test_a_post_that_waits_does_not_come_out_of_somebody_who_was_disabled(world: World) -> None:
    """Who may not sign in any more publishes nothing, also not what they left behind."""
    boss, asha = await world.user("boss", role="admin"), await world.user("asha")
    due = (world.clock.now() + timedelta(minutes=10)).isoformat()
    answer = await world.client(asha).post(STATUSES, json={"status": "Left behind", "scheduled_at": due})
    assert answer.status_code == 200
    done = await world.client(boss).post(f"{ADMIN}/accounts/{asha.id}/action", json={"type": "disable"})
    assert done.status_code == 200

    world.clock.pass_time(minutes=11)
    await world.work()

    assert (await world.client(boss).get(f"/api/v1/accounts/{asha.id}/statuses")).json() == []


async def test_who_left_a_collection_is_not_put_into_it_again(world: World) -> None:
    """Also when its owner throws away that they left."""
    asha, ben = await world.user("asha"), await world.user("ben")
    await world.client(ben).patch("/api/v1/accounts/update_credentials", json={"discoverable": True})
    owner = world.client(asha)
    made = (await owner.post(COLLECTIONS, json={"name": "Friends", "account_ids": [str(ben.id)]})).json()["collection"]
    [item] = made["items"]
    path = f"{COLLECTIONS}/{made['id']}/items"
    assert (await world.client(ben).post(f"{path}/{item['id']}/revoke")).status_code == 200

    await owner.delete(f"{path}/{item['id']}")
    again = await owner.post(path, json={"account_id": str(ben.id)})

    assert again.status_code in (403, 422)


async def test_a_report_does_not_tell_whether_a_hidden_post_is_there(world: World) -> None:
    """A post that the reporter may not see is answered as one that is not there."""
    asha, omar = await world.user("asha"), await world.user("omar")
    hidden = await post(world, asha, "Quiet", visibility="direct")

    codes = []
    for status_id in (hidden["id"], str(int(hidden["id"]) + 1)):
        sent = {"account_id": str(asha.id), "status_ids": [status_id]}
        codes.append((await world.client(omar).post("/api/v1/reports", json=sent)).status_code)

    assert codes == [404, 404]


async def test_who_blocks_somebody_is_found_by_them_in_no_list_of_people(world: World) -> None:
    """Neither in the directory nor in what is said of followers in common."""
    asha, ben, omar = [await world.user(name) for name in ("asha", "ben", "omar")]
    await world.client(asha).patch("/api/v1/accounts/update_credentials", json={"discoverable": True})
    await post(world, asha)
    await world.client(omar).post(f"/api/v1/accounts/{ben.id}/follow")
    await world.client(ben).post(f"/api/v1/accounts/{asha.id}/follow")
    await world.client(asha).post(f"/api/v1/accounts/{omar.id}/block")

    directory = await world.client(omar).get("/api/v1/directory?local=true")
    familiar = await world.client(omar).get(f"/api/v1/accounts/familiar_followers?id[]={asha.id}")

    assert str(asha.id) not in [one["id"] for one in directory.json()]
    assert familiar.json()[0]["accounts"] == []


@pytest.mark.parametrize(
    "span", [("0001-01-01", "0001-12-31"), ("9999-01-01", "9999-12-31"), ("1969-01-01", "1969-02-01")]
)
async def test_numbers_of_strange_days_are_answered(world: World, span: tuple[str, str]) -> None:
    """Days long before or after everything hold nothing, and break nothing."""
    boss = await world.user("boss", role="admin")
    asked: dict[str, Any] = {"start_at": span[0], "end_at": span[1], "tag_uses": {"id": "1"}}
    keys = ["active_users", "new_users", "interactions", "opened_reports", "resolved_reports", "tag_uses"]
    codes = []
    for path in ("measures", "dimensions", "retention"):
        sent = asked | {"keys": keys if path == "measures" else ["languages", "sources", "servers", "space_usage"]}
        codes.append((await world.client(boss).post(f"{ADMIN}/{path}", json=sent)).status_code)

    assert set(codes) <= {200, 422}


async def test_a_blocked_author_does_not_trend_to_the_reader(world: World) -> None:
    """What trends leaves out those whom the reader blocks or mutes."""
    asha, ben, omar, ines = [await world.user(name) for name in ("asha", "ben", "omar", "ines")]
    made = await post(world, asha)
    for who in (ben, omar):
        await world.client(who).post(f"{STATUSES}/{made['id']}/favourite")

    await world.db.write(trends.count)
    assert [one["id"] for one in (await world.client(ines).get("/api/v1/trends/statuses")).json()] == [made["id"]]
    for act in ("mute", "block"):
        await world.client(ines).post(f"/api/v1/accounts/{asha.id}/{act}")
        assert (await world.client(ines).get("/api/v1/trends/statuses")).json() == []


async def test_a_moderator_sees_the_messages_that_were_reported_and_no_others(world: World) -> None:
    """Also when their author blocked whom they were sent to; what was not reported stays hidden from moderators, too."""
    mona, asha, ben = await world.user("mona", role="moderator"), await world.user("asha"), await world.user("ben")
    first = await post(world, asha, "@ben I know where you live", visibility="direct")
    other = await post(world, asha, "@ben A poem", visibility="direct")
    await world.client(asha).post(f"/api/v1/accounts/{ben.id}/block")
    sent = {"account_id": str(asha.id), "status_ids": [first["id"]]}
    assert (await world.client(ben).post("/api/v1/reports", json=sent)).status_code == 200

    [report] = (await world.client(mona).get(f"{ADMIN}/reports")).json()
    codes = [(await world.client(mona).get(f"{STATUSES}/{one['id']}")).status_code for one in (first, other)]

    assert [one["id"] for one in report["statuses"]] == [first["id"]]
    assert "A poem" not in str(report)
    assert codes == [404, 404]


async def test_threads_and_quotes_leave_out_whom_the_reader_blocks_or_mutes(world: World) -> None:
    """Also under a post of somebody else; what others answer them stays."""
    asha, ben, omar, ines = [await world.user(name) for name in ("asha", "ben", "omar", "ines")]
    root = await post(world, omar)
    first = await post(world, asha, in_reply_to_id=root["id"])
    second = await post(world, ben, in_reply_to_id=first["id"])
    await post(world, asha, "Look", quoted_status_id=root["id"])
    reader = world.client(ines)

    for act in ("mute", "block"):
        await reader.post(f"/api/v1/accounts/{asha.id}/{act}")
        below = (await reader.get(f"{STATUSES}/{root['id']}/context")).json()["descendants"]
        above = (await reader.get(f"{STATUSES}/{second['id']}/context")).json()["ancestors"]
        quotes = (await reader.get(f"{STATUSES}/{root['id']}/quotes")).json()
        await reader.post(f"/api/v1/accounts/{asha.id}/un{act}")

        assert [one["id"] for one in below] == [second["id"]]
        assert [one["id"] for one in above] == [root["id"]]
        assert quotes == []


async def test_files_of_somebody_suspended_are_not_served(world: World) -> None:
    """Neither whole nor small, and again once they are back."""
    boss, asha = await world.user("boss", role="admin"), await world.user("asha")
    sent = {"file": ("a.png", picture(), "image/png")}
    made = (await world.client(asha).post("/api/v2/media", files=sent)).json()
    await post(world, asha, media_ids=[made["id"]])

    codes = []
    for path in ("action", "unsuspend"):
        await world.client(boss).post(f"{ADMIN}/accounts/{asha.id}/{path}", json={"type": "suspend"})
        codes.append([(await world.anybody.get(made[name])).status_code for name in ("url", "preview_url")])

    assert codes == [[404, 404], [200, 200]]


async def test_a_search_without_words_looks_at_so_many_posts_and_no_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What hardly any post has would else be looked for in all there are; who pages on finds the older ones."""
    asha = await world.user("asha")
    client = world.client(asha)
    old = await post(world, asha, language="de")
    newer = [(await post(world, asha, language="en"))["id"] for _ in range(6)]
    monkeypatch.setattr(searching, "MOST_LOOKED_AT", 3)

    async def found(**more: str) -> list[str]:
        sent = {"q": "language:de", "type": "statuses"} | more
        answer = (await client.get("/api/v2/search", params=sent)).json()
        return [one["id"] for one in answer["statuses"]]

    assert await found() == []
    assert await found(max_id=newer[2]) == [old["id"]]
    assert await found(min_id="1") == [old["id"]]
    assert await found(q="language:de from:me") == [old["id"]]


async def test_a_hashtag_of_few_is_found_by_nobody_else(world: World) -> None:
    """One that stands in a message or in a post for followers; one of the house is found within it."""
    asha, omar = await world.user("asha"), await world.user("omar")
    await post(world, asha, "About #zwergspinne_a", visibility="direct")
    await post(world, asha, "About #zwergspinne_b", visibility="private")
    await post(world, asha, "About #zwergspinne_c", local_only=True)

    found = {}
    for name, who in (("nobody", None), ("omar", omar)):
        answer = (await world.client(who).get("/api/v2/search?q=zwerg&type=hashtags")).json()
        found[name] = [one["name"] for one in answer["hashtags"]]

    assert found == {"nobody": [], "omar": ["zwergspinne_c"]}


async def test_a_profile_does_not_tell_how_much_is_written_to_few_or_within_the_house(world: World) -> None:
    """Neither the number of posts nor the last day counts messages and posts of the house, nor boosts of these."""
    asha, ben = await world.user("asha"), await world.user("ben")
    await post(world, asha, "@ben Quiet", visibility="direct")
    inside = await post(world, asha, "Quiet", local_only=True)
    await world.client(ben).post(f"{STATUSES}/{inside['id']}/reblog")

    async def told(who: Person) -> tuple[int, str | None]:
        seen = (await world.anybody.get(f"/api/v1/accounts/{who.id}")).json()
        return seen["statuses_count"], seen["last_status_at"]

    assert [await told(asha), await told(ben)] == [(0, None), (0, None)]
    open_one = await post(world, asha, "Open")
    assert await told(asha) == (1, "2026-11-25")
    for one in (inside, open_one):
        await world.client(asha).delete(f"{STATUSES}/{one['id']}")
    assert [(await told(asha))[0], (await told(ben))[0]] == [0, 0]
