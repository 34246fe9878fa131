"""Search gives nobody what is not for them."""

from tests.support.world import World

SEARCH = "/api/v2/search"


async def test_S077_others_direct_posts_are_found_by_nothing(world: World) -> None:
    """Neither by words, nor by a hashtag, nor by address or id; those who are in it find it."""
    ines, fred, eve = await world.user("ines"), await world.user("fred"), await world.user("eve")
    said = {"status": "@fred quokka #quokka", "visibility": "direct"}
    secret = (await world.client(ines).post("/api/v1/statuses", json=said)).json()
    queries = ("quokka", "#quokka", secret["uri"], secret["url"], "from:ines quokka", "in:library quokka")

    by_eve = [
        (await world.client(eve).get(SEARCH, params={"q": one, "resolve": True})).json()["statuses"] for one in queries
    ]
    by_anybody = [(await world.anybody.get(SEARCH, params={"q": one})).json()["statuses"] for one in queries]
    tagged = (await world.client(eve).get("/api/v1/timelines/tag/quokka")).json()
    by_fred = (await world.client(fred).get(SEARCH, params={"q": "quokka", "type": "statuses"})).json()["statuses"]

    assert (by_eve, by_anybody, tagged) == ([[]] * 6, [[]] * 6, [])
    assert [one["id"] for one in by_fred] == [secret["id"]]


async def test_house_posts_are_found_in_the_house_alone(world: World) -> None:
    """A colleague finds it; anybody on the web finds nothing."""
    ines, fred = await world.user("ines"), await world.user("fred")
    inside = (await world.client(ines).post("/api/v1/statuses", json={"status": "quokka", "local_only": True})).json()

    by_fred = (await world.client(fred).get(SEARCH, params={"q": "quokka", "type": "statuses"})).json()["statuses"]
    by_anybody = (await world.anybody.get(SEARCH, params={"q": "quokka"})).json()["statuses"]

    assert ([one["id"] for one in by_fred], by_anybody) == ([inside["id"]], [])
