"""Copies of peers' pictures: made when they are asked for, from pixels, once, and only of hosts whose pictures are wanted."""

import asyncio
from typing import Any

import httpx
import pytest

from node.services import policing, proxying
from node.store.domains import Domain
from tests.node.federating.conftest import Ward, ward
from tests.support.films import film
from tests.web.api.test_media import picture

__all__ = ["ward"]

CDN = "cdn.example"
ADDRESS = f"https://{CDN}/a.png"


class Shelf:
    """A host with pictures, and how often each was asked for."""

    def __init__(self, ward: Ward) -> None:
        self.files: dict[str, tuple[bytes, str]] = {"/a.png": (picture(size=(900, 300)) + b"PK a tail", "image/png")}
        self.asked: list[str] = []
        self.reached = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()
        ward.network.wire.hooks[CDN] = self._answer

    async def _answer(self, request: httpx.Request, _send: object) -> httpx.Response:
        self.asked.append(request.url.path)
        self.reached.set()
        await self.gate.wait()
        data, kind = self.files.get(request.url.path, (b"", ""))
        status = 200 if kind else 404
        return httpx.Response(status, content=data, headers={"content-type": kind or "text/plain"}, request=request)


async def shown(ward: Ward, *files: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Let okapi post files, and return the post as asha sees it."""
    public = "https://www.w3.org/ns/activitystreams#Public"
    note = ward.okapi.note("See", attachment=list(files), **{"to": [public], **more})
    await ward.takes(ward.okapi.activity("Create", note))
    status = await ward.holds(note["id"])
    return await read(ward, status.id)


async def read(ward: Ward, status_id: int) -> dict[str, Any]:
    found = (await ward.node.world.client(ward.asha).get(f"/api/v1/statuses/{status_id}")).json()
    return dict(found)


def image(url: str = ADDRESS, **more: Any) -> dict[str, Any]:
    return {"type": "Document", "mediaType": "image/png", "url": url, "name": "A bed", **more}


async def test_picture_is_shown_from_our_copy(ward: Ward) -> None:
    """Asked for once, when somebody looks; re-encoded, with a small one; its own address stays known."""
    shelf = Shelf(ward)
    [file] = (await shown(ward, image()))["media_attachments"]
    anybody = ward.node.world.anybody
    before = list(shelf.asked)

    whole, small, again = [await anybody.get(file[name]) for name in ("url", "preview_url", "url")]

    assert file["remote_url"] == ADDRESS
    assert file["url"].startswith("https://ward.example/media_proxy/")
    assert (before, shelf.asked) == ([], ["/a.png"])
    kinds = [(one.status_code, one.headers["content-type"]) for one in (whole, small, again)]
    assert kinds == [(200, "image/png"), (200, "image/jpeg"), (200, "image/png")]
    assert (whole.content == again.content, b"PK a tail" in whole.content) == (True, False)
    assert "sandbox" in whole.headers["content-security-policy"]
    assert whole.headers["x-content-type-options"] == "nosniff"


async def test_many_who_look_at_once_cause_one_fetch(ward: Ward) -> None:
    """Those who come later wait for it."""
    shelf = Shelf(ward)
    shelf.gate.clear()
    [file] = (await shown(ward, image()))["media_attachments"]

    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(ward.node.world.anybody.get(file["url"])) for _ in range(5)]
        await shelf.reached.wait()
        shelf.gate.set()

    assert [one.result().status_code for one in asked] == [200] * 5
    assert shelf.asked == ["/a.png"]


@pytest.mark.parametrize(
    ("data", "kind"), [(b"<svg onload='x'/>", "image/png"), (b"hello", "image/png"), (b"", ""), (film(), "image/png")]
)
async def test_what_is_no_picture_is_404_and_not_asked_for_again_soon(ward: Ward, data: bytes, kind: str) -> None:
    """Nothing of it is kept."""
    shelf = Shelf(ward)
    shelf.files["/a.png"] = (data, kind)
    [file] = (await shown(ward, image()))["media_attachments"]

    answers = [await ward.node.world.anybody.get(file[name]) for name in ("url", "url", "preview_url")]

    assert [one.status_code for one in answers] == [404] * 3
    assert (shelf.asked, ward.node.world.blobs.kept) == (["/a.png"], {})


@pytest.mark.parametrize("decision", ["none", "suspend"])
async def test_host_whose_pictures_are_not_wanted_is_not_asked(ward: Ward, decision: str) -> None:
    """Nor is what was copied shown any more."""
    shelf = Shelf(ward)
    one, two = [(await shown(ward, image(f"https://{CDN}/a.png?{n}")))["media_attachments"][0] for n in (1, 2)]
    anybody = ward.node.world.anybody
    copied = await anybody.get(one["url"])

    domain = Domain("masto.example", decision, no_media=True)  # type: ignore[arg-type]
    await ward.node.db.write(policing.decide, domain, by="test")

    assert copied.status_code == 200
    assert [(await anybody.get(file["url"])).status_code for file in (one, two)] == [404, 404]
    assert shelf.asked == ["/a.png"]


async def test_film_stays_where_it_is_and_its_picture_is_ours(ward: Ward) -> None:
    """We copy no films."""
    shelf = Shelf(ward)
    icon = {"type": "Image", "url": ADDRESS}
    played = {"type": "Document", "mediaType": "video/mp4", "url": f"https://{CDN}/f.mp4", "icon": icon}
    [file] = (await shown(ward, played))["media_attachments"]
    anybody = ward.node.world.anybody

    small = await anybody.get(file["preview_url"])
    whole = await anybody.get(file["preview_url"].replace("/small", "/original"))

    assert (file["type"], file["url"], file["remote_url"]) == ("video", f"https://{CDN}/f.mp4", f"https://{CDN}/f.mp4")
    assert (small.status_code, whole.status_code, shelf.asked) == (200, 404, ["/a.png"])


async def test_names_cannot_be_guessed_and_sizes_are_known(ward: Ward) -> None:
    """404 for all else."""
    Shelf(ward)
    [file] = (await shown(ward, image()))["media_attachments"]
    key = file["url"].split("/")[-2]

    paths = [file["id"], f"{file['id']}/original", f"{key}/huge", f"{key[:-1]}0/small", "../x", "%2e%2e/small"]
    codes = [(await ward.node.world.anybody.get(f"/media_proxy/{path}")).status_code for path in paths]

    assert len(key) == 32
    assert codes == [404] * len(paths)


async def test_edit_keeps_the_copy_of_a_picture_that_stays(ward: Ward) -> None:
    """And lets that of another go."""
    shelf = Shelf(ward)
    shelf.files["/b.png"] = (picture(), "image/png")
    note = ward.okapi.note("See", attachment=[image(), image(f"https://{CDN}/b.png")])
    await ward.takes(ward.okapi.activity("Create", note))
    status = await ward.holds(note["id"])
    before = (await read(ward, status.id))["media_attachments"]
    anybody = ward.node.world.anybody
    for file in before:
        await anybody.get(file["url"])
    ward.network.clock.pass_time(minutes=5)

    changed = note | {"content": "Look", "attachment": [image()], "updated": "2026-11-25T09:05:00Z"}
    await ward.takes(ward.okapi.activity("Update", changed))

    after = (await read(ward, status.id))["media_attachments"]
    codes = [(await anybody.get(file["url"])).status_code for file in before]
    assert [file["url"] for file in after] == [before[0]["url"]]
    assert (codes, sorted(shelf.asked), len(ward.node.world.blobs.kept)) == ([200, 404], ["/a.png", "/b.png"], 2)


async def test_copies_go_with_their_post_after_a_while_and_when_there_are_too_many(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are made again when somebody looks."""
    shelf = Shelf(ward)
    files = [(await shown(ward, image(f"https://{CDN}/a.png?{n}")))["media_attachments"][0] for n in range(3)]
    world, anybody = ward.node.world, ward.node.world.anybody
    for file in files:
        await anybody.get(file["url"])
        ward.network.clock.pass_time(minutes=1)
    sizes = [len(data) for data, _ in world.blobs.kept.values()]
    monkeypatch.setattr(proxying, "MAX_COPIES_BYTES", sum(sizes) * 2 // 3)

    swept = [await ward.node.db.write(proxying.sweep)]
    await ward.network.settle()
    left = len(world.blobs.kept)
    ward.network.clock.pass_time(days=15)
    swept.append(await ward.node.db.write(proxying.sweep))
    await ward.network.settle()

    assert (swept, left, len(world.blobs.kept)) == ([1, 2], 4, 0)
    assert (await anybody.get(files[0]["url"])).status_code == 200
    assert len(shelf.asked) == 4


async def test_copies_go_when_their_post_is_deleted(ward: Ward) -> None:
    """At once."""
    Shelf(ward)
    note = ward.okapi.note("See", attachment=[image()])
    await ward.takes(ward.okapi.activity("Create", note))
    [file] = (await read(ward, (await ward.holds(note["id"])).id))["media_attachments"]
    await ward.node.world.anybody.get(file["url"])

    await ward.takes(ward.okapi.activity("Delete", {"type": "Tombstone", "id": note["id"]}))

    assert (await ward.node.world.anybody.get(file["url"])).status_code == 404
    assert ward.node.world.blobs.kept == {}
