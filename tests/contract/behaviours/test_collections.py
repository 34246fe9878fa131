"""Collections of accounts, as version 4.6 knows them."""

from typing import Any

import pytest

from node.services.featuring import MAX_ITEMS
from tests.contract.behaviours.people import far, names, read, update
from tests.contract.entities import faults
from tests.support.world import Person, World
from tests.web.api.test_accounts import act

COLLECTIONS = "/api/v1/collections"


async def make(world: World, who: Person, **sent: Any) -> dict[str, Any]:
    """Make a collection and return what was answered."""
    response = await world.client(who).post(COLLECTIONS, json={"name": "Wound care"} | sent)
    assert response.status_code == 200, response.text
    made: dict[str, Any] = response.json()["collection"]
    return made


async def findable(world: World, *usernames: str) -> list[Person]:
    """Make people who want to be found."""
    people = [await world.user(name) for name in usernames]
    for one in people:
        await update(world, one, discoverable=True)
    return people


async def test_COL_001_discoverable_ones_are_public_all_are_the_owners(world: World) -> None:
    """The newest first."""
    ines = await world.user("ines")
    shown, hidden = await make(world, ines), await make(world, ines, name="Drafts", discoverable=False)
    path = f"/api/v1/accounts/{ines.id}/collections"

    seen = [[one["id"] for one in (await read(world, who, path))["collections"]] for who in (ines, None)]
    part = (await read(world, ines, path, limit=1, offset=1))["collections"]

    assert seen == [[hidden["id"], shown["id"]], [shown["id"]]]
    assert part == [shown]


async def test_COL_002_answers_are_wrapped(world: World) -> None:
    """And are what the tables say."""
    ines, sam = await findable(world, "ines", "sam")
    client = world.client(ines)

    made = (await client.post(COLLECTIONS, json={"name": "A", "tag_name": "#Gel", "account_ids": [str(sam.id)]})).json()
    path = f"{COLLECTIONS}/{made['collection']['id']}"
    item = (await client.post(f"{path}/items", json={"account_id": str(ines.id)})).json()
    changed = [(await client.request(verb, path, json={"name": "B"})).json() for verb in ("PATCH", "PUT")]
    shown = await read(world, None, path)
    alias = await world.client().get(path.replace("v1", "v1_alpha"))
    gone = [await client.delete(f"{path}/items/{item['collection_item']['id']}"), await client.delete(path)]

    assert (faults("WrappedCollection", made), faults("WrappedCollectionItem", item)) == ([], [])
    assert [one["collection"]["name"] for one in changed] == ["B", "B"]
    assert (faults("CollectionWithAccounts", shown), names(shown["accounts"])) == ([], ["ines", "sam"])
    assert (shown["collection"]["item_count"], shown["collection"]["tag"]["name"].lower()) == (2, "gel")
    assert (alias.json(), "deprecation" in alias.headers) == (shown, True)
    assert [(one.status_code, one.content) for one in gone] == [(200, b""), (200, b"")]
    assert (await client.get(path)).status_code == 404


async def test_COL_003_another_persons_collection_is_not_changed(world: World) -> None:
    """403, whatever one tries."""
    ines, sam = await findable(world, "ines", "sam")
    made = await make(world, ines, account_ids=[str(sam.id)])
    path, item = f"{COLLECTIONS}/{made['id']}", made["items"][0]["id"]
    client = world.client(sam)

    codes = [
        (await client.patch(path, json={"name": "Mine"})).status_code,
        (await client.delete(path)).status_code,
        (await client.post(f"{path}/items", json={"account_id": str(sam.id)})).status_code,
        (await client.delete(f"{path}/items/{item}")).status_code,
    ]

    assert codes == [403] * 4
    assert (await read(world, None, path))["collection"] == made


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"name": ""}, "name"),
        ({}, "name"),
        ({"name": "x" * 41}, "name"),
        ({"name": "a", "description": "x" * 101}, "description"),
        ({"name": "a", "language": "<b>"}, "language"),
        ({"name": "a", "tag_name": "a b"}, "tag_name"),
    ],
)
async def test_COL_004_what_is_wrong_is_named(world: World, sent: dict[str, str], field: str) -> None:
    """422 with details."""
    ines = await world.user("ines")

    response = await world.client(ines).post(COLLECTIONS, json=sent)

    assert (response.status_code, list(response.json()["details"])) == (422, [field])


async def test_COL_005_nobody_sees_whom_they_block(world: World) -> None:
    """Neither as an account nor as an item; nor is anybody shown who does not want to be found any more."""
    ines, sam, shy, reader = await findable(world, "ines", "sam", "shy", "reader")
    made = await make(world, ines, account_ids=[str(sam.id), str(shy.id)])
    await act(world, reader, sam, "block")
    await update(world, shy, discoverable=False)
    path = f"{COLLECTIONS}/{made['id']}"

    seen = [await read(world, who, path) for who in (reader, None)]

    assert [names(one["accounts"]) for one in seen] == [["ines"], ["ines", "sam"]]
    assert [len(one["collection"]["items"]) for one in seen] == [0, 1]


async def test_COL_006_only_who_allows_it_is_featured(world: World) -> None:
    """403 for the shy and for strangers, 422 without anybody and for the same one again."""
    ines, sam = await findable(world, "ines", "sam")
    shy, okapi = await world.user("shy"), await far(world, is_discoverable=True)
    made = await make(world, ines)
    path, client = f"{COLLECTIONS}/{made['id']}/items", world.client(ines)

    sent = [{"account_id": str(one.id)} for one in (shy, okapi, sam, sam)]
    codes = [(await client.post(path, json=one)).status_code for one in ({}, *sent, {"account_id": "5"})]
    approval = (await read(world, ines, f"/api/v1/accounts/{sam.id}"))["feature_approval"]

    assert codes == [422, 403, 403, 200, 422, 404]
    assert (faults("FeatureApproval", approval), approval["current_user"]) == ([], "automatic")


async def test_COL_007_who_is_featured_may_leave_for_good(world: World) -> None:
    """Nobody else may, and nobody puts them back."""
    ines, sam = await findable(world, "ines", "sam")
    made = await make(world, ines, account_ids=[str(sam.id)])
    path = f"{COLLECTIONS}/{made['id']}"
    revoke = f"{path}/items/{made['items'][0]['id']}/revoke"

    codes = [(await world.client(who).post(revoke)).status_code for who in (ines, sam)]
    again = await world.client(ines).post(f"{path}/items", json={"account_id": str(sam.id)})

    assert (codes, again.status_code) == ([403, 200], 403)
    assert (await read(world, ines, path))["collection"]["items"] == []


async def test_COL_008_where_one_is_featured_is_ones_own_business(world: World) -> None:
    """The owner of an account sees it, others get 403."""
    ines, sam = await findable(world, "ines", "sam")
    made = await make(world, ines, account_ids=[str(sam.id)])
    path = f"/api/v1/accounts/{sam.id}/in_collections"

    own = await read(world, sam, path)

    assert (own["collections"][0]["id"], (await world.client(ines).get(path)).status_code) == (made["id"], 403)


async def test_COL_009_how_many_is_limited(world: World) -> None:
    """Ten collections, 25 accounts in each."""
    ines, *people = await findable(world, "ines", *(f"p{n}" for n in range(MAX_ITEMS + 1)))
    made = await make(world, ines, account_ids=[str(one.id) for one in people[:MAX_ITEMS]])
    for number in range(9):
        await make(world, ines, name=str(number))
    client = world.client(ines)

    full = await client.post(f"{COLLECTIONS}/{made['id']}/items", json={"account_id": str(people[-1].id)})
    eleventh = await client.post(COLLECTIONS, json={"name": "one more"})

    assert (made["item_count"], full.status_code, eleventh.status_code) == (25, 422, 422)


async def told(world: World, who: Person) -> list[tuple[str, str, str]]:
    """Return (kind, by whom, name of the collection) of what somebody was told, newest first."""
    found = await read(world, who, "/api/v1/notifications")
    assert [fault for one in found for fault in faults("Notification", one)] == []
    return [(one["type"], one["account"]["acct"], one["collection"]["name"]) for one in found]


async def test_who_is_put_into_a_collection_is_told_and_of_its_changes_too(world: World) -> None:
    """Each change in the place of the one before, and none that changes nothing; the maker is told nothing."""
    ines, sam = await findable(world, "ines", "sam")
    made = await make(world, ines, account_ids=[str(sam.id), str(ines.id)])
    other = await make(world, ines, name="Lids", account_ids=[str(sam.id)])
    path = f"{COLLECTIONS}/{made['id']}"
    for name in ("Wounds", "Gauze", "Gauze"):
        await world.client(ines).patch(path, json={"name": name})
    await world.client(ines).patch(f"{COLLECTIONS}/{other['id']}", json={"description": "Soft"})

    groups = (await read(world, sam, "/api/v2/notifications"))["notification_groups"]

    assert await told(world, sam) == [
        ("collection_update", "ines", "Lids"),
        ("collection_update", "ines", "Gauze"),
        ("added_to_collection", "ines", "Lids"),
        ("added_to_collection", "ines", "Gauze"),
    ]
    assert [faults("NotificationGroup", one) for one in groups] == [[]] * 4
    assert [one["collection"]["id"] for one in groups] == [other["id"], made["id"]] * 2
    assert await told(world, ines) == []


async def test_who_leaves_is_told_nothing_more(world: World) -> None:
    """Nor who is taken out, nor anybody of a collection that is gone; what was told goes."""
    ines, sam, eva = await findable(world, "ines", "sam", "eva")
    made = await make(world, ines, account_ids=[str(sam.id), str(eva.id)])
    gone = await make(world, ines, name="Old", account_ids=[str(sam.id)])
    path = f"{COLLECTIONS}/{made['id']}"
    first, second = (one["id"] for one in made["items"])

    await world.client(sam).post(f"{path}/items/{first}/revoke")
    await world.client(ines).delete(f"{path}/items/{second}")
    await world.client(ines).delete(f"{COLLECTIONS}/{gone['id']}")
    await world.client(ines).patch(path, json={"name": "Other"})

    assert (await told(world, sam), await told(world, eva)) == ([], [])


async def test_whoever_one_blocks_tells_nothing_of_collections(world: World) -> None:
    """And apps that do not know the kind get words for it."""
    ines, sam, eva = await findable(world, "ines", "sam", "eva")
    await make(world, ines, name="Muted", account_ids=[str(sam.id)])
    await act(world, sam, ines, "mute")
    await make(world, eva, account_ids=[str(sam.id)])

    (found,) = await read(world, sam, "/api/v1/notifications", **{"supported_types[]": ["mention"]})

    assert (found["account"]["acct"], found["fallback"]["title"]) == ("eva", "eva put you into a collection")


async def test_collections_are_found_by_name_and_by_address(world: World) -> None:
    """By name the discoverable ones; by address whatever the maker shows whoever comes, but not to those they block."""
    ines, eva = await findable(world, "ines", "eva")
    made, hidden = await make(world, ines), await make(world, ines, name="Wound 100%", discoverable=False)
    path = "/api/v2/search"

    by_name = [
        (await read(world, who, path, q=words))["collections"] for who in (eva, None) for words in ("wOUND", "nd_")
    ]
    by_address = [await read(world, eva, path, q=one["url"]) for one in (made, hidden)]
    typed = [
        (await read(world, eva, path, q="wound", type=kind))["collections"] for kind in ("collections", "accounts")
    ]
    await act(world, ines, eva, "block")
    blocked = [(await read(world, eva, path, q=words))["collections"] for words in ("wound", made["url"])]

    assert by_name == [[made], [], [made], []]
    assert [one["collections"] for one in by_address] == [[made], [hidden]]
    assert [faults("Search", one) for one in by_address] == [[], []]
    assert typed == [[made], []]
    assert blocked == [[], []]


async def test_a_post_shows_the_collections_that_its_text_links_to(world: World) -> None:
    """In boosts too, as its reader sees them, and none that are gone or were only written about."""
    ines, sam = await findable(world, "ines", "sam")
    made, gone = await make(world, ines, account_ids=[str(sam.id)]), await make(world, ines, name="Old")
    text = f"See {made['url']} and {made['url']} and {gone['url']} and {made['url']}0"
    client = world.client(ines)
    post = (await client.post("/api/v1/statuses", json={"status": text})).json()
    plain = (await client.post("/api/v1/statuses", json={"status": f"x{made['url']}/more"})).json()
    boost = (await client.post(f"/api/v1/statuses/{post['id']}/reblog")).json()
    await client.delete(f"{COLLECTIONS}/{gone['id']}")

    shown = [await read(world, who, f"/api/v1/statuses/{post['id']}") for who in (sam, None)]
    home = await read(world, ines, "/api/v1/timelines/home")

    assert [one["tagged_collections"] for one in shown] == [[made], [made]]
    assert [faults("Status", one) for one in (*shown, boost)] == [[]] * 3
    assert plain["tagged_collections"] == []
    assert (home[0]["tagged_collections"], home[0]["reblog"]["tagged_collections"]) == ([], [made])


async def test_a_collection_has_a_page(world: World) -> None:
    """For anybody who has its address; nobody is on it who does not want to be found."""
    ines, sam, shy = await findable(world, "ines", "sam", "shy")
    members = [str(sam.id), str(shy.id)]
    made = await make(world, ines, description="<b>Ask</b> them", tag_name="Gel", account_ids=members)
    await update(world, shy, discoverable=False)

    page = await world.anybody.get(made["uri"])
    missing = await world.anybody.get(f"{made['uri']}0")

    assert made["uri"] == made["url"]
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert ("&lt;b&gt;Ask" in page.text, "@sam" in page.text, "@shy" in page.text) == (True, True, False)
    assert missing.status_code == 404
