"""Pictures, films, sounds and previews of links under posts, and nothing that is loaded from elsewhere."""

import pytest

from node.services import posting, writing
from node.services.posting import Draft
from node.social.site import Site
from node.store import cards
from tests.support import films
from tests.web.pages.html import complaints, parse
from web.pages.attachments import picture as picture_of
from web.pages.attachments import preview
from web.pages.entities import Card, Media

SITE = Site("ward.example", "ward.example", "https://ward.example", "St Mary's")
LINK = "https://journal.example/hand-over"
NASTY = "<script>alert(1)</script>\"'>"


async def _film(world, person, data, kind):
    sent = {"file": (f"a.{kind}", data, f"video/{kind}")}
    answer = await world.client(person).post("/api/v2/media", files=sent, data={"description": "How we turn somebody"})
    await world.work()
    return int(answer.json()["id"])


async def _post(world, person, text, *media_ids):
    return await world.db.write(posting.post, person.id, Draft(text=text, media_ids=media_ids))


def _link_to(unit, status_id, **said):
    card, _ = cards.claim(unit, LINK)
    cards.fill(unit, card.id, {"state": "shown", "fetched_at": unit.now} | said)
    cards.detach(unit, status_id)
    cards.attach(unit, status_id, card.id)
    writing.render(unit, status_id)


async def test_a_film_of_ours_is_played_where_it_stands(world, guest, omar):
    """With its picture, loaded by nobody who does not press play, from this place, as the policy says."""
    await _post(world, omar, "How we turn a patient.", await _film(world, omar, films.film(), "mp4"))

    page = await guest.open("/@omar")

    (film,) = page.document.all("video")
    assert film.get("src").startswith("/media/")
    assert film.get("poster").startswith("/media/")
    assert (film.get("preload"), film.get("aria-label")) == ("none", "How we turn somebody")
    assert "controls" in film.attributes
    assert "autoplay" not in film.attributes
    assert "media-src 'self'" in page.response.headers["content-security-policy"]
    assert (await guest.client.get(film.get("src"))).status_code == 200


async def test_a_sound_of_ours_is_played_where_it_stands(world, guest, omar):
    """With its description in words."""
    await _post(world, omar, "The alarm.", await _film(world, omar, films.film("mp3", None, "libmp3lame"), "mp3"))

    page = await guest.open("/@omar")

    (sound,) = page.document.all("audio")
    assert sound.get("src").startswith("/media/")
    assert sound.get("aria-label") == "How we turn somebody"


@pytest.mark.parametrize("kind", ["video", "gifv", "audio"])
def test_what_lies_at_another_place_is_a_link_with_our_copy_of_its_picture(kind):
    """A player would tell that server who looks."""
    far, copy = "https://far.example/a.mp4", f"{SITE.base_url}/media_proxy/abc/small"

    shown = picture_of(Media(type=kind, url=far, remote_url=far, preview_url=copy), SITE)

    assert not shown.is_played
    assert (shown.url, shown.shown, shown.is_ours) == (far, "/media_proxy/abc/small", True)


def test_a_file_without_a_description_has_a_name_all_the_same():
    """A link that says nothing cannot be followed by who listens."""
    shown = picture_of(Media(type="image", url=f"{SITE.base_url}/media/a.png"), SITE)

    assert (shown.alt, shown.words) == ("", "Picture without a description")


async def test_a_post_shows_what_it_links_to(world, guest, omar):
    """Title, words, who publishes it; all of it as text, and its address as a link that vouches for nothing."""
    status_id = await _post(world, omar, f"Worth reading: {LINK}")
    said = {
        "title": NASTY,
        "description": "Eleven wards. " * 40,
        "provider_name": "Small Changes",
        "image_alt": "A board",
    }
    await world.db.write(_link_to, status_id, image_blob="abc.png", **said)

    page = await guest.open("/@omar")

    (shown,) = (link for link in page.document.all("a") if link.get("class") == "preview")
    assert (shown.get("href"), shown.get("rel")) == (LINK, "noopener noreferrer nofollow")
    assert NASTY in shown.text
    assert "<script" not in page.response.text
    assert "Small Changes" in shown.text
    assert len(shown.text) < 350
    assert [(image.get("src"), image.get("alt")) for image in shown.all("img")] == [("/media/abc.png", "A board")]


async def test_a_picture_of_ones_own_stands_instead_of_a_preview(world, guest, omar, picture):
    """As in apps: a post shows its own files first."""
    status_id = await _post(world, omar, f"Worth reading: {LINK}", await picture(omar))
    await world.db.write(_link_to, status_id, title="Hand over")

    page = await guest.open("/@omar")

    assert [link for link in page.document.all("a") if link.get("class") == "preview"] == []


def test_a_preview_without_a_title_has_the_host_and_no_picture_from_elsewhere():
    """Whatever an entity says."""
    shown = preview(Card(url="https://journal.example/a", image="https://evil.example/pixel.png"), SITE)

    assert shown is not None
    assert (shown.title, shown.place, shown.picture) == ("journal.example", "journal.example", "")


def test_a_preview_of_what_is_no_page_is_none():
    """An address that a browser would run is no link."""
    assert preview(Card(url="javascript:alert(1)", title="Win"), SITE) is None


def test_a_page_may_not_load_a_film_from_elsewhere():
    """The reader of pages that all tests use would say so."""
    assert complaints(
        parse(
            '<html lang="en"><title>a</title><main><h1>a</h1><video src="https://far.example/a.mp4"></video></main></html>'
        )
    )
