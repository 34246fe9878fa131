"""Media as apps know it: what an upload answers, when it is ready, and whose it is."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from node.entities.instance import MAX_DESCRIPTION_CHARS
from tests.contract.entities import faults
from tests.support.films import film, moving
from tests.support.world import Person, World, make_world
from tests.web.api.test_media import MEDIA, picture
from tests.web.api.test_statuses import STATUSES, post

DAMAGED = b"\0\0\0\x18ftypmp42" + bytes(200)


async def upload(
    world: World, who: Person, data: bytes, *, version: str = "v2", thumbnail: bytes | None = None, **fields: str
) -> httpx.Response:
    """Send a file as apps do."""
    files = {"file": ("a", data, "application/octet-stream")}
    if thumbnail is not None:
        files["thumbnail"] = ("b", thumbnail, "image/png")
    return await world.client(who).post(f"/api/{version}/media", files=files, data=fields)


async def ready(world: World, who: Person, data: bytes, **more: Any) -> dict[str, Any]:
    """Return the attachment of a file once it is made."""
    made = (await upload(world, who, data, version="v1", **more)).json()
    assert faults("MediaAttachment", made) == []
    return dict(made)


async def test_MED_001_an_image_is_there_at_once_and_a_film_later(world: World) -> None:
    """200 with an address; 202 without one, since nobody is served what came."""
    ines = await world.user("ines")

    image, played = await upload(world, ines, picture()), await upload(world, ines, film())

    assert (image.status_code, image.json()["url"] is None) == (200, False)
    assert (played.status_code, played.json()["url"], played.json()["preview_url"]) == (202, None, None)
    assert [faults("MediaAttachment", one.json()) for one in (image, played)] == [[], []]


async def test_MED_002_a_file_is_206_while_it_is_made_and_200_then(world: World) -> None:
    """A PUT says so too; then what came is gone, and the film is served whole or in parts."""
    ines = await world.user("ines")
    client = world.client(ines)
    place = f"{MEDIA}/{(await upload(world, ines, film())).json()['id']}"

    early = [await client.get(place), await client.put(place, json={"description": "Gel"})]
    source = next(iter(world.blobs.kept))
    hidden = await world.anybody.get(f"/media/{source}")
    await world.work()
    late = await client.get(place)

    made = late.json()
    whole = await world.anybody.get(made["url"])
    part = await world.anybody.get(made["url"], headers={"range": "bytes=0-9"})
    beyond = await world.anybody.get(made["url"], headers={"range": "bytes=9999999-"})
    assert [one.status_code for one in early] == [206, 206]
    assert (late.status_code, made["type"], made["description"], faults("MediaAttachment", made)) == (
        200, "video", "Gel", [],
    )  # fmt: skip
    assert (hidden.status_code, source in world.blobs.kept, len(world.blobs.kept)) == (404, False, 2)
    assert (whole.headers["content-type"], whole.headers["accept-ranges"]) == ("video/mp4", "bytes")
    assert (part.status_code, part.content, part.headers["content-range"]) == (
        206, whole.content[:10], f"bytes 0-9/{len(whole.content)}",
    )  # fmt: skip
    assert beyond.status_code == 416


async def test_MED_003_a_file_of_which_nothing_can_be_made_is_422(world: World) -> None:
    """On GET and on PUT; what came is gone."""
    ines = await world.user("ines")
    client = world.client(ines)
    place = f"{MEDIA}/{(await upload(world, ines, DAMAGED)).json()['id']}"
    await world.work()

    answers = [await client.get(place), await client.put(place, json={"description": "Gel"})]

    assert [(one.status_code, one.json()["code"]) for one in answers] == [(422, "not-processed")] * 2
    assert world.blobs.kept == {}


async def test_MED_004_the_first_version_answers_when_the_file_is_ready(world: World) -> None:
    """Films too; and no job is left."""
    ines = await world.user("ines")

    made = await upload(world, ines, film("webm", "libvpx", "libopus"), version="v1")

    assert (made.status_code, made.json()["type"], faults("MediaAttachment", made.json())) == (200, "video", [])
    assert (await world.anybody.get(made.json()["url"])).status_code == 200
    await world.work()
    before = dict(world.blobs.kept)
    world.clock.pass_time(hours=1)
    await world.work()
    assert (world.blobs.kept, len(before)) == (before, 2)


async def test_MED_005_an_unknown_file_is_422_and_one_that_cannot_be_made_500(world: World) -> None:
    """Both in words."""
    ines = await world.user("ines")

    answers = [await upload(world, ines, data, version="v1") for data in (b"hello", DAMAGED)]

    assert [(one.status_code, bool(one.json()["error"])) for one in answers] == [(422, True), (500, True)]


async def test_MED_006_a_description_that_is_too_long_is_422(world: World) -> None:
    """One of the published length is kept."""
    ines = await world.user("ines")

    answers = [
        await upload(world, ines, picture(), description="x" * length)
        for length in (MAX_DESCRIPTION_CHARS, MAX_DESCRIPTION_CHARS + 1)
    ]

    assert [one.status_code for one in answers] == [200, 422]
    limits = (await world.anybody.get("/api/v2/instance")).json()["configuration"]["media_attachments"]
    assert limits["description_limit"] == MAX_DESCRIPTION_CHARS


async def test_MED_007_files_of_others_and_of_posts_are_not_there(world: World) -> None:
    """404 on GET and PUT."""
    ines, sam = await world.user("ines"), await world.user("sam")
    loose, used = await ready(world, ines, picture()), await ready(world, ines, picture())
    await post(world, ines, "Gel", media_ids=[used["id"]])

    codes = [
        (await world.client(who).request(method, f"{MEDIA}/{file['id']}", json=None)).status_code
        for who, file in ((sam, loose), (ines, used))
        for method in ("GET", "PUT")
    ]

    assert codes == [404] * 4


async def test_MED_008_a_file_can_be_deleted_while_no_post_has_it(world: World) -> None:
    """Also one that is still being made; else 422."""
    ines = await world.user("ines")
    used, loose = await ready(world, ines, picture()), await ready(world, ines, picture())
    making = (await upload(world, ines, film())).json()
    await post(world, ines, "Gel", media_ids=[used["id"]])

    codes = [(await world.client(ines).delete(f"{MEDIA}/{file['id']}")).status_code for file in (used, loose, making)]
    await world.work()

    assert (codes, len(world.blobs.kept)) == ([422, 200, 200], 2)


async def test_MED_009_the_focus_comes_back(world: World) -> None:
    """Two numbers from -1 to 1 with a comma between; everything else is 422."""
    ines = await world.user("ines")

    made = await ready(world, ines, picture(), focus="-0.25,1")
    wrong = [await upload(world, ines, picture(), focus=text) for text in ("1.1,0", "0", "a,b", "nan,nan")]

    assert made["meta"]["focus"] == {"x": -0.25, "y": 1.0}
    assert [one.status_code for one in wrong] == [422] * 4


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
async def test_MED_010_an_animated_picture_is_a_gifv(world: World, kind: str) -> None:
    """A film without sound, with a still; a GIF that does not move is an image."""
    ines = await world.user("ines")

    made, still = await ready(world, ines, moving(kind)), await ready(world, ines, picture("GIF"))

    assert (made["type"], still["type"]) == ("gifv", "image")
    assert (made["url"].rsplit(".", 1)[1], made["preview_url"].rsplit(".", 1)[1]) == ("mp4", "jpg")
    assert len(made["blurhash"]) == 28


async def test_MED_011_meta_tells_the_size_of_an_image_and_of_its_preview(world: World) -> None:
    """The preview is 640 wide at most."""
    ines = await world.user("ines")

    made = await ready(world, ines, picture("JPEG", (1280, 320)))

    assert made["meta"]["original"] == {"width": 1280, "height": 320, "size": "1280x320", "aspect": 4.0}
    assert made["meta"]["small"] == {"width": 640, "height": 160, "size": "640x160", "aspect": 4.0}


async def test_MED_012_a_thumbnail_is_for_films_and_sounds_only(world: World) -> None:
    """With the upload or later, before and after the film is made; it takes the place of what was there."""
    ines = await world.user("ines")
    client = world.client(ines)
    shown = {"thumbnail": ("b", picture(size=(20, 20)), "image/png")}

    sound = await ready(world, ines, film("mp3", None, "libmp3lame"), thumbnail=picture(size=(50, 40)))
    played = await ready(world, ines, film(), thumbnail=picture(size=(50, 40)))
    changed = (await client.put(f"{MEDIA}/{played['id']}", files=shown)).json()
    image = await ready(world, ines, picture())
    refused = [
        await upload(world, ines, picture(), thumbnail=picture()),
        await client.put(f"{MEDIA}/{image['id']}", files=shown),
        await upload(world, ines, film(), thumbnail=b"hello"),
    ]
    await world.work()

    assert [one["meta"]["small"]["size"] for one in (sound, played, changed)] == ["50x40", "50x40", "20x20"]
    assert [one.status_code for one in refused] == [422] * 3
    assert len(world.blobs.kept) == 2 + 2 + 2


async def test_MED_013_images_and_films_have_a_blurhash_and_sounds_have_none(world: World) -> None:
    """Not even with a picture that stands for them."""
    ines = await world.user("ines")
    sound = film("ogg", None, "libopus")

    made = [await ready(world, ines, data) for data in (picture(), film(), sound)]
    made.append(await ready(world, ines, sound, thumbnail=picture()))

    assert [bool(one["blurhash"]) for one in made] == [True, True, False, False]
    assert made[1]["meta"]["original"] | {"bitrate": 0, "duration": 1} == {
        "width": 64, "height": 32, "size": "64x32", "aspect": 2.0, "frame_rate": "10/1", "bitrate": 0, "duration": 1,
    }  # fmt: skip
    assert {"duration", "bitrate"} == made[2]["meta"]["original"].keys()


async def test_MED_014_limits_of_images_and_films_differ_and_are_published(database_url: str, tmp_path: Path) -> None:
    """What is larger is 422."""
    world = await make_world(database_url, tmp_path, max_upload_bytes=1024, max_film_bytes=4096)
    ines = await world.user("ines")

    answers = [
        await upload(world, ines, data)
        for data in (picture() + bytes(1100), film("webm", "libvpx", None) + bytes(1100), film() + bytes(5000))
    ]

    limits = (await world.anybody.get("/api/v2/instance")).json()["configuration"]["media_attachments"]
    assert (limits["image_size_limit"], limits["video_size_limit"]) == (1024, 4096)
    assert {"image/gif", "video/mp4", "video/webm", "audio/mpeg", "audio/ogg"} <= set(limits["supported_mime_types"])
    assert [one.status_code for one in answers] == [422, 202, 422]
    await world.close()


async def test_edit_changes_the_thumbnail_of_a_film_that_a_post_has(world: World) -> None:
    """And what others are shown; a picture that is no film gets none."""
    ines = await world.user("ines")
    client = world.client(ines)
    played, image = await ready(world, ines, film()), await ready(world, ines, picture())
    first = await post(world, ines, "Gel", media_ids=[played["id"]])
    second = await post(world, ines, "Gel", media_ids=[image["id"]])
    world.clock.pass_time(minutes=1)

    def sent(file: dict[str, Any]) -> dict[str, Any]:
        named = {"status": "Gel", "media_ids[]": file["id"], "media_attributes[][id]": file["id"]}
        said = {"media_attributes[][description]": "A bed", "media_attributes[][focus]": "0,1"}
        shown = {"media_attributes[][thumbnail]": ("b", picture(size=(20, 20)), "image/png")}
        return {"data": named | said, "files": shown}

    edited = await client.put(f"{STATUSES}/{first['id']}", **sent(played))
    refused = await client.put(f"{STATUSES}/{second['id']}", **sent(image))
    await world.work()

    [made] = edited.json()["media_attachments"]
    assert (edited.status_code, made["description"], made["meta"]["focus"]) == (200, "A bed", {"x": 0.0, "y": 1.0})
    assert (made["meta"]["small"]["size"], edited.json()["edited_at"] is None) == ("20x20", False)
    assert (refused.status_code, len(world.blobs.kept)) == (422, 4)
    assert (await world.anybody.get(made["preview_url"])).status_code == 200
