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
