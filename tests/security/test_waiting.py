"""Nobody is shown of whom nothing was decided yet: a stranger who signed up is nobody until a moderator lets them in."""

from sqlalchemy import update

from node.store import tables
from node.store.unit import Unit
from tests.contract.behaviours.posts import post
from tests.support.world import Person, World

ACCOUNTS = "/api/v1/accounts"


async def newcomer(world: World, name: str = "sam") -> Person:
    """Return somebody who signed up and waits."""
    sam = await world.user(name, display_name="Buy pills")

    def wait(unit: Unit) -> None:
        users = tables.users
        unit.conn.execute(update(users).where(users.c.account_id == sam.id).values(approved_at=None))

    await world.db.write(wait)
    return sam


async def test_who_waits_is_found_by_no_search(world: World) -> None:
    """Neither by the beginning of a name nor by handle or address."""
    ines, sam = await world.user("ines"), await newcomer(world)
    client = world.client(ines)

    found = {}
    for words in ("sam", "Buy", "@sam", "@sam@ward.example", sam.account.uri, sam.account.url):
        for path in ("/api/v2/search", f"{ACCOUNTS}/search"):
            answer = await client.get(path, params={"q": words, "resolve": "true"})
            found[path, words] = "Buy pills" in answer.text or str(sam.id) in answer.text

    assert [key for key, is_found in found.items() if is_found] == []


async def test_who_waits_is_in_no_answer_about_several(world: World) -> None:
    """Accounts by ids leave them out, and nobody follows, mutes into a list or collects them."""
    ines, sam = await world.user("ines"), await newcomer(world)
    client = world.client(ines)

    many = await client.get(f"{ACCOUNTS}?id[]={sam.id}&id[]={ines.id}")
    follow = await client.post(f"{ACCOUNTS}/{sam.id}/follow")
    familiar = await client.get(f"{ACCOUNTS}/familiar_followers?id[]={sam.id}")
    tags = await client.get(f"{ACCOUNTS}/{sam.id}/featured_tags")

    assert [one["id"] for one in many.json()] == [str(ines.id)]
    assert follow.status_code == 404
    assert familiar.json() in ([], [{"id": str(sam.id), "accounts": []}])
    assert tags.status_code == 404


async def test_who_waits_is_named_by_no_post(world: World) -> None:
    """Their handle stays text; nothing leads to them."""
    ines, sam = await world.user("ines"), await newcomer(world)

    made = await post(world, ines, "Hello @sam")

    assert made["mentions"] == []
    assert "Buy pills" not in str(made)
    assert sam.account.url not in made["content"]


async def test_who_waits_is_unknown_to_peers(world: World) -> None:
    """WebFinger, the actor, the page and its feeds."""
    sam = await newcomer(world)
    headers = {"accept": "application/activity+json"}

    finger = await world.anybody.get("/.well-known/webfinger?resource=acct:sam@ward.example")
    actor = await world.anybody.get(sam.account.uri, headers=headers)
    page = await world.anybody.get("/@sam")

    assert [finger.status_code, actor.status_code, page.status_code] == [404] * 3
