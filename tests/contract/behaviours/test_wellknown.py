"""How a node is found."""

from tests.contract.entities import faults
from tests.support.world import World

FINGER = "/.well-known/webfinger"


async def test_WEL_001_webfinger_wants_somebody_it_knows(world: World) -> None:
    """400 without a question, 404 for nobody and for what is no handle of ours."""
    await world.user("ines")
    asked = ("", "?resource=", "?resource=acct:nobody@ward.example", "?resource=acct:ines@other.example")

    codes = [(await world.anybody.get(f"{FINGER}{query}")).status_code for query in asked]
    found = await world.anybody.get(f"{FINGER}?resource=acct:ines@ward.example")

    assert (codes, found.status_code) == ([400, 400, 404, 404], 200)


async def test_WEL_002_its_answer_is_a_jrd(world: World) -> None:
    """With subject, aliases and links; by handle, by profile and by id."""
    ines = await world.user("ines")
    asked = ("acct:ines@ward.example", "https://ward.example/@ines", ines.account.uri)

    answers = [await world.anybody.get(FINGER, params={"resource": one}) for one in asked]

    assert {one.headers["content-type"].partition(";")[0] for one in answers} == {"application/jrd+json"}
    assert [faults("WebFinger", one.json()) for one in answers] == [[]] * 3
    assert {one.json()["subject"] for one in answers} == {"acct:ines@ward.example"}
    assert set(answers[0].json()["aliases"]) == {"https://ward.example/@ines", ines.account.uri}


async def test_WEL_003_host_meta_is_xrd_or_json(world: World) -> None:
    """As it is asked for; a cache on the way keeps both."""
    path = "/.well-known/host-meta"
    xrd = await world.anybody.get(path)
    json = await world.anybody.get(path, headers={"accept": "application/json"})
    named = await world.anybody.get(f"{path}.json")

    assert xrd.headers["content-type"].startswith("application/xrd+xml")
    assert "https://ward.example/.well-known/webfinger?resource={uri}" in xrd.text
    assert faults("HostMeta", json.json()) == []
    assert json.json() == named.json()
    assert (xrd.headers["vary"], json.headers["vary"]) == ("Accept", "Accept")


async def test_nodeinfo_says_that_this_is_rounds(world: World) -> None:
    """Apps that look for mastodon there ask the instance's version next."""
    index = (await world.anybody.get("/.well-known/nodeinfo")).json()
    found = (await world.anybody.get("/nodeinfo/2.0")).json()

    assert (faults("NodeInfo::Discovery", index), faults("NodeInfo", found)) == ([], [])
    assert (found["software"]["name"], found["protocols"]) == ("rounds", ["activitypub"])
