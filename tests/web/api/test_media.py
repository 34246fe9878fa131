"""Media over the API: uploaded, described, attached, removed, and served with strict headers."""

from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

from node.ports import WorkshopError
from node.services import uploading
from tests.contract.entities import faults
from tests.support.world import Person, World
from tests.web.api.test_statuses import STATUSES, post

MEDIA = "/api/v1/media"


def picture(kind: str = "PNG", size: tuple[int, int] = (30, 20)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return out.getvalue()


async def upload(world: World, who: Person, data: bytes | None = None, **fields: str) -> httpx.Response:
    files = {"file": ("a.png", picture() if data is None else data, "image/png")}
    return await world.client(who).post("/api/v2/media", files=files, data=fields)


@pytest.mark.parametrize("version", ["v1", "v2"])
async def test_upload_is_a_whole_attachment_at_once(world: World, version: str) -> None:
    """With description, focus, size and blur; the file is what was made of it."""
    ines = await world.user("ines")
    files = {"file": ("ward.jpg", picture("JPEG"), "image/jpeg")}

    response = await world.client(ines).post(
        f"/api/{version}/media", files=files, data={"description": " Gel by a bed ", "focus": "-0.5,0.25"}
    )

    made = response.json()
    assert (response.status_code, faults("MediaAttachment", made)) == (200, [])
    assert (made["type"], made["description"], made["meta"]["focus"]) == (
        "image", "Gel by a bed", {"x": -0.5, "y": 0.25},
    )  # fmt: skip
    assert (made["meta"]["original"]["size"], len(made["blurhash"])) == ("30x20", 28)
    assert sorted(url.rpartition("/media/")[2] for url in (made["url"], made["preview_url"])) == sorted(
        world.blobs.kept
    )


async def test_file_is_served_to_anybody_with_strict_headers(world: World) -> None:
    """As a picture and as nothing else, for ever; a file in no post, or in one that is not for all, by no shared cache."""
    ines = await world.user("ines")
    made, closed = (await upload(world, ines)).json(), (await upload(world, ines)).json()
    unused = await world.anybody.get(made["url"])
    await post(world, ines, "Open", media_ids=[made["id"]])
    await post(world, ines, "Closed", media_ids=[closed["id"]], visibility="private")

    served = await world.anybody.get(made["url"])

    assert (served.status_code, served.headers["content-type"]) == (200, "image/png")
    assert Image.open(BytesIO(served.content)).size == (30, 20)
    assert {
        name: served.headers[name] for name in ("x-content-type-options", "content-disposition", "cache-control")
    } == {
        "x-content-type-options": "nosniff",
        "content-disposition": "inline",
        "cache-control": "public, max-age=31536000, immutable",
    }
    assert "sandbox" in served.headers["content-security-policy"]
    private = [one.headers["cache-control"] for one in (unused, await world.anybody.get(closed["url"]))]
    assert private == ["private, max-age=31536000, immutable"] * 2


@pytest.mark.parametrize(
    "path", ["nothing.png", "../secrets.toml", "files/../files", "%2e%2e/%2e%2e/etc/passwd", "a//b", "x" * 300]
)
async def test_only_files_that_a_row_names_are_served(world: World, path: str) -> None:
    """A blob nobody knows of is not there, wherever a path leads."""
    await world.blobs.put("secrets.toml", b"key", content_type="text/plain")

    assert (await world.anybody.get(f"/media/{path}")).status_code == 404
    assert (await world.anybody.get("/media/secrets.toml")).status_code == 404


REFUSED: list[tuple[bytes, str, dict[str, str], str]] = [
    (b"hello", "image/png", {}, "JPEG, PNG, WebP or GIF"),
    (b"", "image/png", {}, "empty"),
    (picture("JPEG")[:100], "image/jpeg", {}, "damaged"),
    (b"\x00\x00\x00\x18ftypheic", "video/mp4", {}, "JPEG, PNG, WebP or GIF"),
    (picture(), "image/png", {"description": "x" * 20_000}, "description"),
    (picture(), "image/png", {"focus": "2,0"}, "focus"),
    (picture(), "image/png", {"focus": "nan,0"}, "focus"),
    (picture(), "image/png", {"focus": "left"}, "focus"),
]


@pytest.mark.parametrize(("data", "kind", "fields", "said"), REFUSED)
async def test_bad_upload_is_422_in_words_and_leaves_nothing(
    world: World, data: bytes, kind: str, fields: dict[str, str], said: str
) -> None:
    """No row, no file."""
    ines = await world.user("ines")

    response = await world.client(ines).post("/api/v2/media", files={"file": ("a", data, kind)}, data=fields)

    assert (response.status_code, said in response.json()["error"]) == (422, True), response.text
    assert world.blobs.kept == {}


async def test_upload_without_a_file_or_a_token_is_refused_as_json(world: World) -> None:
    """Never a redirect, never a page, whatever Accept says."""
    ines = await world.user("ines")
    files = {"file": ("a.png", picture(), "image/png")}
    headers = {"accept": "text/html"}

    nothing = await world.client(ines).post("/api/v2/media", json={})
    text = await world.client(ines).post("/api/v2/media", data={"file": "a.png"})
    strangers = [
        await world.client(token).post("/api/v2/media", files=files, headers=headers) for token in (None, "x" * 43)
    ]
    fine = await world.client(ines).post("/api/v2/media", files=files, headers=headers)

    assert [(one.status_code, bool(one.json()["error"])) for one in (nothing, text)] == [(422, True)] * 2
    assert [(one.status_code, bool(one.json()["error"])) for one in strangers] == [(401, True)] * 2
    assert fine.status_code == 200


async def test_workshop_that_gives_up_is_422(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The input is to blame, and the node goes on."""
    ines = await world.user("ines")

    async def give_up(*_args: Any) -> None:
        raise WorkshopError("too long")

    monkeypatch.setattr(type(world.node.workshop), "run", give_up)

    assert (await upload(world, ines)).status_code == 422


async def test_full_disk_is_503_and_leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second file fails: the first one goes too."""
    ines = await world.user("ines")
    put = world.blobs.put

    async def put_one(key: str, data: bytes, *, content_type: str) -> None:
        if world.blobs.kept:
            raise OSError(28, "No space left on device")
        await put(key, data, content_type=content_type)

    monkeypatch.setattr(world.blobs, "put", put_one)

    response = await upload(world, ines)

    assert (response.status_code, response.headers["retry-after"], world.blobs.kept) == (503, "5", {})


async def test_unused_file_can_be_described_and_removed_by_its_owner(world: World) -> None:
    """For others it is not there; removed, its address is 404."""
    ines, sam = await world.user("ines"), await world.user("sam")
    made = (await upload(world, ines)).json()
    place = f"{MEDIA}/{made['id']}"
    client = world.client(ines)

    described = (await client.put(place, json={"description": "Gel", "focus": "0,1"})).json()
    codes = [(await world.client(sam).request(method, place)).status_code for method in ("GET", "PUT", "DELETE")]
    shown = (await client.get(place)).json()
    removed = await client.delete(place)
    await world.work()

    assert (described["description"], described["meta"]["focus"], shown) == ("Gel", {"x": 0, "y": 1}, described)
    assert codes == [404, 404, 404]
    assert (removed.json(), world.blobs.kept) == ({}, {})
    assert [(await client.get(place)).status_code, (await client.get(made["url"])).status_code] == [404, 404]


async def test_used_file_belongs_to_its_post(world: World) -> None:
    """It is shown there in order, is 404 alone, cannot be removed or used twice, and not by others."""
    ines, sam = await world.user("ines"), await world.user("sam")
    one, two = await one_and_two(world, ines)
    stolen = await world.client(sam).post(STATUSES, json={"status": "Mine", "media_ids": [one]})

    made = await post(world, ines, "", media_ids=[two, one])

    client = world.client(ines)
    again = await client.post(STATUSES, json={"status": "Again", "media_ids": [one]})
    assert faults("Status", made) == []
    assert [file["description"] for file in made["media_attachments"]] == ["two", "one"]
    assert [stolen.status_code, again.status_code] == [422, 422]
    assert [(await client.get(f"{MEDIA}/{one}")).status_code, (await client.delete(f"{MEDIA}/{one}")).status_code] == [
        404, 422,
    ]  # fmt: skip
    assert [
        status["id"] for status in (await client.get(f"/api/v1/accounts/{ines.id}/statuses?only_media=1")).json()
    ] == [made["id"]]


async def one_and_two(world: World, who: Person) -> list[str]:
    return [(await upload(world, who, description=text)).json()["id"] for text in ("one", "two")]


async def test_edit_changes_descriptions_and_lets_files_go(world: World) -> None:
    """A new description is a new version; a file that is not named is free again."""
    ines = await world.user("ines")
    one, two = await one_and_two(world, ines)
    made = await post(world, ines, "Gel", media_ids=[one, two])
    client, place = world.client(ines), f"{STATUSES}/{made['id']}"
    world.clock.pass_time(minutes=1)

    changed = {"status": "Gel", "media_ids": [two], "media_attributes": [{"id": two, "description": "better"}]}
    edited = (await client.put(place, json=changed)).json()

    assert [file["description"] for file in edited["media_attachments"]] == ["better"]
    assert edited["edited_at"] == "2026-11-25T09:01:00.000Z"
    assert (await client.get(f"{MEDIA}/{one}")).status_code == 200


@pytest.mark.parametrize(("query", "kept"), [("", True), ("?delete_media=true", False)])
async def test_deleted_post_keeps_its_files_for_redrafting(world: World, query: str, kept: bool) -> None:
    """Unless they are to go too; then they are served no more."""
    ines = await world.user("ines")
    [one, _] = await one_and_two(world, ines)
    made = await post(world, ines, "Gel", media_ids=[one])

    gone = (await world.client(ines).delete(f"{STATUSES}/{made['id']}{query}")).json()
    await world.work()

    assert [file["id"] for file in gone["media_attachments"]] == [one]
    assert (await world.client(ines).get(f"{MEDIA}/{one}")).status_code == (200 if kept else 404)
    assert (await world.anybody.get(made["media_attachments"][0]["url"])).status_code == (200 if kept else 404)
    assert len(world.blobs.kept) == (4 if kept else 2)


async def test_edit_without_files_lets_all_of_them_go(world: World) -> None:
    """They are shown no more and may be used again."""
    ines = await world.user("ines")
    one, two = await one_and_two(world, ines)
    made = await post(world, ines, "Gel", media_ids=[one, two])

    edited = (await world.client(ines).put(f"{STATUSES}/{made['id']}", json={"status": "Gel"})).json()

    again = await post(world, ines, "Again", media_ids=[one, two])
    assert (edited["media_attachments"], len(again["media_attachments"])) == ([], 2)


async def test_files_in_no_post_are_refused_beyond_a_hundred(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """In words, before the picture is looked at; one that is posted makes room."""
    monkeypatch.setattr(uploading, "MAX_UNUSED", 2)
    ines, sam = await world.user("ines"), await world.user("sam")
    one, _ = await one_and_two(world, ines)

    refused = await upload(world, ines)
    others = await upload(world, sam)
    await post(world, ines, "Gel", media_ids=[one])
    fine = await upload(world, ines)

    assert (refused.status_code, refused.json()["code"], others.status_code, fine.status_code) == (
        422, "too-many", 200, 200,
    )  # fmt: skip
    assert "2 files of yours are in no post" in refused.json()["error"]
