"""The picture and the header of a profile: sent, shown to everybody, replaced, taken away."""

from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image
from sqlalchemy import select

from node.store import tables
from node.store.unit import Snapshot
from tests.contract.entities import faults
from tests.support.world import Person, World
from tests.web.api.test_media import picture
from tests.web.api.test_profile import UPDATE, VERIFY

PROFILE = "/api/v1/profile"


async def send(world: World, who: Person, data: dict[str, str] | None = None, **files: bytes) -> httpx.Response:
    parts = {name: ("me.jpg", content, "image/jpeg") for name, content in files.items()}
    return await world.client(who).patch(UPDATE, files=parts, data=data)


def kept(world: World) -> list[str]:
    return sorted(key.partition("/")[0] for key in world.blobs.kept)


async def test_picture_and_header_are_cut_kept_and_served(world: World) -> None:
    """At addresses of ours, in their shapes, the same ones for moving and still."""
    ines = await world.user("ines")

    made = (await send(world, ines, avatar=picture("JPEG", (900, 600)), header=picture("PNG", (3000, 2000)))).json()

    assert faults("CredentialAccount", made) == []
    shown = [made[name] for name in ("avatar", "avatar_static", "header", "header_static")]
    assert [shown[0], shown[2]] == [shown[1], shown[3]]
    served = [await world.anybody.get(url) for url in (shown[0], shown[2])]
    assert [Image.open(BytesIO(one.content)).size for one in served] == [(400, 400), (1500, 500)]
    assert [one.headers["content-type"] for one in served] == ["image/jpeg", "image/png"]
    assert shown[0].startswith(f"https://ward.example/media/avatars/{ines.id}/")


async def test_description_belongs_to_its_picture(world: World) -> None:
    """A new picture does not keep the words about the old one."""
    ines = await world.user("ines")

    first = (await send(world, ines, {"avatar_description": " Ines, smiling "}, avatar=picture())).json()
    later = (await world.client(ines).patch(UPDATE, json={"note": "Hello"})).json()
    second = (await send(world, ines, avatar=picture())).json()
    long = await world.client(ines).patch(UPDATE, json={"avatar_description": "x" * 151})

    words = [one["avatar_description"] for one in (first, later, second)]
    assert (words, long.status_code) == (["Ines, smiling", "Ines, smiling", ""], 422)


async def test_old_picture_goes_when_a_new_one_comes(world: World) -> None:
    """Its address is 404 at once, its file is removed by a job."""
    ines = await world.user("ines")
    old = (await send(world, ines, avatar=picture(), header=picture())).json()

    new = (await send(world, ines, avatar=picture("JPEG"))).json()
    gone = await world.anybody.get(old["avatar"])
    before = kept(world)
    await world.work()

    assert (new["header"], gone.status_code) == (old["header"], 404)
    assert (before, kept(world)) == (["avatars", "avatars", "headers"], ["avatars", "headers"])
    assert [(await world.anybody.get(new[name])).status_code for name in ("avatar", "header")] == [200, 200]


async def test_pictures_can_be_taken_away(world: World) -> None:
    """The answer is the account with the default ones; once more is fine."""
    ines = await world.user("ines")
    await send(world, ines, {"avatar_description": "Ines"}, avatar=picture(), header=picture())
    client = world.client(ines)

    one = await client.delete(f"{PROFILE}/avatar")
    two = await client.delete(f"{PROFILE}/header")
    again = await client.delete(f"{PROFILE}/header")
    await world.work()

    assert [response.status_code for response in (one, two, again)] == [200, 200, 200]
    assert (faults("CredentialAccount", two.json()), two.json()["avatar_description"]) == ([], "")
    assert [two.json()[name] for name in ("avatar", "header")] == [
        "https://ward.example/static/avatar.png",
        "https://ward.example/static/header.png",
    ]
    assert kept(world) == []


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"avatar": b"hello"}, "avatar"),
    ({"header": b""}, "header"),
    ({"avatar": picture(), "header": picture("JPEG")[:100]}, "header"),
]


@pytest.mark.parametrize(("files", "field"), REFUSED)
async def test_bad_picture_is_422_under_its_name_and_changes_nothing(
    world: World, files: dict[str, bytes], field: str
) -> None:
    """Neither the words sent with it nor the other picture."""
    ines = await world.user("ines")

    response = await send(world, ines, {"display_name": "Dr Ines"}, **files)

    shown = (await world.client(ines).get(VERIFY)).json()
    assert (response.status_code, list(response.json()["details"])) == (422, [field])
    assert (shown["display_name"], shown["avatar"]) == ("", "https://ward.example/static/avatar.png")
    assert kept(world) == []


async def test_wrong_words_take_the_picture_back(world: World) -> None:
    """What was stored before the transaction failed is removed."""
    ines = await world.user("ines")

    response = await send(world, ines, {"display_name": "x" * 101}, avatar=picture())

    assert (response.status_code, kept(world)) == (422, [])


async def test_followers_and_peers_see_the_new_picture(world: World) -> None:
    """In the actor's document, with the media type it has, and in an Update."""
    ines = await world.user("ines")

    made = (await send(world, ines, {"avatar_description": "Ines"}, avatar=picture("JPEG"), header=picture())).json()

    actor = (await world.anybody.get("/users/ines", headers={"accept": "application/activity+json"})).json()
    sent = await world.db.read(_bodies)
    assert (actor["icon"]["url"], actor["icon"]["mediaType"], actor["icon"]["name"]) == (
        made["avatar"], "image/jpeg", "Ines",
    )  # fmt: skip
    assert (actor["image"]["url"], actor["image"]["mediaType"]) == (made["header"], "image/png")
    assert ['"Update"' in sent[-1], made["avatar"] in sent[-1]] == [True, True]


def _bodies(snapshot: Snapshot) -> list[str]:
    bodies = tables.bodies
    return [row[0] for row in snapshot.conn.execute(select(bodies.c.body).order_by(bodies.c.id))]


async def test_pictures_of_nobody_are_not_served(world: World) -> None:
    """A file counts only while a profile names it."""
    ines = await world.user("ines")
    made = (await send(world, ines, avatar=picture())).json()
    name = made["avatar"].rpartition("/")[2]
    await world.blobs.put(f"avatars/{ines.id}/other.png", b"x", content_type="image/png")

    paths = (f"avatars/{ines.id}/other.png", f"avatars/{ines.id + 1}/{name}", f"avatars/x/{name}", f"avatars//{name}")

    assert [(await world.anybody.get(f"/media/{path}")).status_code for path in paths] == [404] * 4


async def test_the_header_is_described_to_other_servers_too(world: World) -> None:
    """As the picture is."""
    ines = await world.user("ines")
    await send(world, ines, {"header_description": "Beds in a row"}, header=picture())

    document = (await world.anybody.get("/users/ines", headers={"accept": "application/activity+json"})).json()

    assert document["image"]["summary"] == "Beds in a row"
