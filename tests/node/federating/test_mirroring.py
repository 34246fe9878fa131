"""Copies of peers' avatars, headers and emoji: nobody's browser or app asks a stranger's server for them."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from node.services import mirroring, policing
from node.store import accounts
from node.store.domains import Domain
from node.store.unit import Unit
from tests.node.federating.conftest import Ward, ward
from tests.node.federating.test_copies import CDN, Shelf
from tests.web.api.test_media import picture

__all__ = ["ward"]

FACE, BANNER, EMOJI = (f"https://{CDN}/{name}.png" for name in ("face", "banner", "smh"))


def shelf_of(ward: Ward) -> Shelf:
    """Return the host with the pictures."""
    shelf = Shelf(ward)
    for name, size in (("face", (900, 300)), ("banner", (30, 20)), ("smh", (800, 400))):
        shelf.files[f"/{name}.png"] = picture(size=size) + b"PK a tail", "image/png"
    return shelf


async def portrayed(ward: Ward, **changes: Any) -> dict[str, Any]:
    """Let okapi have pictures, and return the Account as asha's apps see it."""
    emojis = [{"shortcode": "smh", "url": EMOJI}]
    looks = {"avatar": FACE, "header": BANNER, "display_name": "Okapi :smh:", "emojis": emojis} | changes

    def change(unit: Unit) -> int:
        held = accounts.by_uri(unit, ward.okapi.uri)
        assert held is not None
        return accounts.change(unit, held, **looks).id

    return await account(ward, await ward.node.db.write(change))


async def account(ward: Ward, account_id: int) -> dict[str, Any]:
    found = await ward.node.world.client(ward.asha).get(f"/api/v1/accounts/{account_id}")
    return dict(found.json())


async def met(ward: Ward) -> None:
    """Let the ward know okapi."""
    await ward.takes(ward.okapi.create("Hello", cc=[ward.asha.account.uri]))


async def test_avatars_headers_and_emoji_come_from_our_copies(ward: Ward) -> None:
    """Without a token; asked for once each, cut to their shape, re-encoded; nothing names their own address."""
    shelf = shelf_of(ward)
    await met(ward)
    shown = await portrayed(ward)
    anybody = ward.node.world.anybody
    addresses = [shown["avatar"], shown["header"], shown["emojis"][0]["url"]]
    before = list(shelf.asked)

    found = [await anybody.get(one) for one in (*addresses, *addresses)]

    assert all(one.startswith(f"https://ward.example/media_proxy/accounts/{shown['id']}/") for one in addresses)
    assert (shown["avatar_static"], shown["header_static"]) == tuple(addresses[:2])
    assert CDN not in str(shown)
    assert (before, shelf.asked) == ([], ["/face.png", "/banner.png", "/smh.png"])
    assert [Image.open(BytesIO(one.content)).size for one in found[:3]] == [(300, 300), (30, 10), (256, 128)]
    assert [one.content for one in found[:3]] == [one.content for one in found[3:]]
    assert not any(b"PK a tail" in one.content for one in found)
    assert {(one.headers["content-type"], one.headers["x-content-type-options"]) for one in found} == {
        ("image/png", "nosniff")
    }


async def test_a_changed_picture_has_a_new_address(ward: Ward) -> None:
    """The one before is not there any more, and was never asked for."""
    shelf = shelf_of(ward)
    await met(ward)
    before = await portrayed(ward)

    after = await portrayed(ward, avatar=f"{FACE}?2")

    codes = [(await ward.node.world.anybody.get(one["avatar"])).status_code for one in (before, after)]
    assert (codes, shelf.asked, after["header"]) == ([404, 200], ["/face.png"], before["header"])


async def test_emoji_of_posts_come_from_our_copies_too(ward: Ward) -> None:
    """In the text, under it, and in what the post said before."""
    shelf = shelf_of(ward)
    tag = {"type": "Emoji", "name": ":smh:", "icon": {"type": "Image", "url": EMOJI}}
    create = ward.okapi.create("So :smh: it is", tag=[tag], cc=[ward.asha.account.uri])
    await ward.takes(create)
    post = await ward.holds(create["object"]["id"])
    mine = await ward.node.post(ward.asha, "Gel by every bed")
    react = {"content": ":smh:", "tag": [{**tag, "icon": {"type": "Image", "url": f"{EMOJI}?2"}}]}
    await ward.takes(ward.okapi.activity("EmojiReact", mine.uri, **react))
    ward.network.clock.pass_time(minutes=5)
    changed = create["object"] | {"content": "<p>So be it</p>", "tag": [], "updated": "2026-11-25T09:05:00Z"}
    await ward.takes(ward.okapi.activity("Update", changed))
    client = ward.node.world.client(ward.asha)

    versions = (await client.get(f"/api/v1/statuses/{post.id}/history")).json()
    (under,) = (await client.get(f"/api/v1/statuses/{mine.id}")).json()["reactions"]
    addresses = [versions[0]["emojis"][0]["url"], under["url"]]
    codes = [(await ward.node.world.anybody.get(one)).status_code for one in addresses]

    assert (codes, under["name"]) == ([200, 200], f"smh@{CDN}")
    assert [one.startswith("https://ward.example/media_proxy/statuses/") for one in addresses] == [True, True]
    assert len(shelf.asked) == 2


@pytest.mark.parametrize("host", ["masto.example", CDN])
async def test_pictures_of_hosts_that_are_not_wanted_are_404(ward: Ward, host: str) -> None:
    """Whether it is the host of the account or of the picture; nothing is asked for."""
    shelf = shelf_of(ward)
    await met(ward)
    shown = await portrayed(ward)
    await ward.node.db.write(policing.decide, Domain(host, "none", no_media=True), by="test")

    answer = await ward.node.world.anybody.get(shown["avatar"])

    assert (answer.status_code, shelf.asked) == (404, [])


async def test_only_what_somebody_names_is_copied(ward: Ward) -> None:
    """No other name, owner or account; what is no picture is not tried again at once."""
    shelf = shelf_of(ward)
    shelf.files["/face.png"] = b"<svg onload='x'/>", "image/png"
    await met(ward)
    shown = await portrayed(ward)
    name = shown["avatar"].rpartition("/")[2]
    start = "/media_proxy"

    paths = [
        f"{start}/accounts/{shown['id']}/{'0' * 32}",
        f"{start}/accounts/{ward.asha.id}/{name}",
        f"{start}/statuses/{shown['id']}/{name}",
        f"{start}/accounts/x/{name}",
        shown["avatar"],
        shown["avatar"],
    ]
    codes = [(await ward.node.world.anybody.get(path)).status_code for path in paths]

    assert (codes, shelf.asked, ward.node.world.blobs.kept) == ([404] * 6, ["/face.png"], {})


async def test_copies_go_after_a_while_and_when_there_are_too_many(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are made again when somebody looks, also when a file is lost."""
    shelf = shelf_of(ward)
    await met(ward)
    shown = await portrayed(ward)
    world, anybody = ward.node.world, ward.node.world.anybody
    for look in ("avatar", "header"):
        await anybody.get(shown[look])
        ward.network.clock.pass_time(minutes=1)
    sizes = [len(data) for data, _ in world.blobs.kept.values()]
    monkeypatch.setattr(mirroring, "MAX_BYTES_IN_ALL", sum(sizes) - 1)

    swept = [await ward.node.db.write(mirroring.sweep)]
    await ward.network.settle()
    left = len(world.blobs.kept)
    world.blobs.kept.clear()
    again = await anybody.get(shown["header"])
    ward.network.clock.pass_time(days=15)
    swept.append(await ward.node.db.write(mirroring.sweep))
    await ward.network.settle()

    assert (swept, left, again.status_code, world.blobs.kept) == ([1, 1], 1, 200, {})
    assert shelf.asked == ["/face.png", "/banner.png", "/banner.png"]
