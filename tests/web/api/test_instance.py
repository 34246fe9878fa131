"""What the node says about itself."""

import pytest

from tests.contract.entities import faults
from tests.support.world import World
from tests.web.api.test_media import picture, upload
from tests.web.api.test_statuses import STATUSES


async def test_both_instances_are_whole_and_say_the_same(world: World) -> None:
    """Every attribute that apps rely on is there with its type."""
    await world.user("ines")

    first, second = await world.anybody.get("/api/v1/instance"), await world.anybody.get("/api/v2/instance")

    assert (faults("V1::Instance", first.json()), faults("Instance", second.json())) == ([], [])
    assert first.json()["stats"] == {"user_count": 1, "status_count": 0, "domain_count": 0}
    assert (first.json()["uri"], second.json()["domain"]) == ("ward.example", "ward.example")
    assert second.json()["contact"]["account"]["acct"] == "institution"
    assert second.json()["version"].startswith("4.6.0 (compatible; Rounds ")


async def test_instance_may_be_cached_and_read_by_any_page(world: World) -> None:
    """It is asked for by every app at every start."""
    response = await world.anybody.get("/api/v2/instance")

    assert response.headers["cache-control"] == "public, max-age=300"
    assert response.headers["access-control-allow-origin"] == "*"


async def test_nodeinfo_is_found_and_counts_people(world: World) -> None:
    """Two schemas, linked from the index; the actors that are no person do not count."""
    await world.user("ines")

    index = (await world.anybody.get("/.well-known/nodeinfo")).json()
    documents = [(await world.anybody.get(link["href"])).json() for link in index["links"][:2]]

    assert [document["version"] for document in documents] == ["2.0", "2.1"]
    assert faults("NodeInfo", documents[0]) == []
    assert [document["usage"]["users"]["total"] for document in documents] == [1, 1]
    assert index["links"][2]["href"] == "https://ward.example/actor"


async def test_rules_and_peers_are_lists(world: World) -> None:
    """Open to everybody."""
    rules, peers = (
        await world.anybody.get("/api/v1/instance/rules"),
        await world.anybody.get("/api/v1/instance/peers"),
    )

    assert [fault for rule in rules.json() for fault in faults("Rule", rule)] == []
    assert peers.json() == []


async def test_limits_are_those_that_are_kept(world: World) -> None:
    """What the document allows is taken; one more is refused."""
    client = world.client(await world.user("ines"))
    limits = (await world.anybody.get("/api/v2/instance")).json()["configuration"]
    older = (await world.anybody.get("/api/v1/instance")).json()["configuration"]
    most, per_url = (limits["statuses"][name] for name in ("max_characters", "characters_reserved_per_url"))
    address, handle = f"https://ward.example/{'x' * 300}", "@sam@other.example"
    full = f"{address} {handle} ".ljust(most + len(address) - per_url + len("@other.example"), "x")

    codes = [(await client.post(STATUSES, json={"status": text})).status_code for text in (full, f"{full}x")]

    assert codes == [200, 422]
    assert all(older[name] == limits[name] for name in ("statuses", "media_attachments", "polls"))
    assert limits["polls"]["max_options"] == 4
    assert limits["media_attachments"]["image_size_limit"] == world.node.settings.max_upload_bytes


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "gif", "bmp", "tiff"])
async def test_formats_are_those_that_are_kept(world: World, kind: str) -> None:
    """The document names a format exactly when an upload of it succeeds."""
    ines = await world.user("ines")
    named = (await world.anybody.get("/api/v2/instance")).json()["configuration"]["media_attachments"]

    response = await upload(world, ines, picture(kind.upper()))

    assert (response.status_code == 200) == (f"image/{kind}" in named["supported_mime_types"])


@pytest.mark.parametrize("field", ["avatar_description", "display_name", "note"])
async def test_limits_of_a_profile_are_those_that_are_kept(world: World, field: str) -> None:
    """The same for what a person says about themselves."""
    client = world.client(await world.user("ines"))
    limits = (await world.anybody.get("/api/v2/instance")).json()["configuration"]["accounts"]
    most = limits[f"max_{field}_length"]

    codes = [
        (await client.patch("/api/v1/accounts/update_credentials", json={field: "x" * size})).status_code
        for size in (most, most + 1)
    ]

    assert codes == [200, 422]
