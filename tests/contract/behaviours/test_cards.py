"""Previews of links and oEmbed: what a post shows of a page, and what another site shows of a post."""

from typing import Any

import pytest

from node.ports import WebPage
from tests.contract.entities import faults
from tests.support.pages import IMAGE, PAGE, TOLD, looked_at, page
from tests.support.world import Person, World, make_world
from tests.web.api.test_media import picture
from tests.web.api.test_statuses import STATUSES, post


async def shown(world: World, who: Person, made: dict[str, Any]) -> dict[str, Any] | None:
    """Return the card of a post as its author sees it."""
    status = (await world.client(who).get(f"{STATUSES}/{made['id']}")).json()
    assert faults("Status", status) == []
    card = status["card"]
    assert card is None or faults("PreviewCard", card) == []
    return None if card is None else dict(card)


async def test_WEL_004_oembed_answers_for_posts_that_are_open_to_everybody(world: World) -> None:
    """By the page or the id of the post; 404 for every other, and for what is not ours."""
    ines = await world.user("ines", display_name="Ines <b>")
    open_ = [await post(world, ines, "Gel & <more>", visibility=word) for word in ("public", "unlisted")]
    closed = [await post(world, ines, "Gel", visibility=word) for word in ("private", "direct")]
    covered = await post(world, ines, "Gel", spoiler_text="Blood <i>")
    good = [open_[0]["url"], open_[0]["uri"], open_[1]["url"]]
    bad = [one["url"] for one in closed] + [
        "",
        "https://far.example/@a/1",
        f"{world.site.base_url}/@ines",
        open_[0]["url"] + "1",
    ]
    wrong_name = open_[0]["url"].replace("@ines", "@sam")

    async def asked(url: str, **more: str) -> Any:
        return await world.anybody.get("/api/oembed", params={"url": url, **more})

    answers = [await asked(url) for url in good]
    sized = (await asked(good[0], maxwidth="300", maxheight="200")).json()
    warned = (await asked(covered["url"])).json()

    assert [(one.status_code, faults("OEmbed", one.json())) for one in answers] == [(200, [])] * 3
    first = answers[0].json()
    assert (first["type"], first["version"], first["width"], first["height"]) == ("rich", "1.0", 400, None)
    assert (sized["width"], sized["height"]) == (300, 200)
    assert first["author_name"] == "Ines <b>"
    assert "Gel &amp; &lt;more&gt;" in first["html"]
    assert "Ines &lt;b&gt;" in first["html"]
    assert not any(word in first["html"] for word in ("<script", "<iframe", "style="))
    assert ("Blood &lt;i&gt;" in warned["html"], "Gel" in warned["html"]) == (True, False)
    assert [(await asked(url)).status_code for url in (*bad, wrong_name)] == [404] * (len(bad) + 1)


async def test_page_of_an_open_post_says_where_its_oembed_is(world: World) -> None:
    """And that of another does not."""
    ines = await world.user("ines")
    made = await post(world, ines, "Gel")

    html = (await world.anybody.get(made["url"], headers={"accept": "text/html"})).text

    assert 'type="application/json+oembed"' in html
    address = html.split('application/json+oembed" href="')[1].split('"')[0]
    assert (await world.anybody.get(address)).json()["author_name"] == "ines"


async def test_link_in_an_open_post_is_shown_as_a_card(world: World) -> None:
    """Whole, with a picture of ours; no edit is marked and nothing goes out."""
    ines = await world.user("ines")
    world.fetcher.pages[PAGE] = page(head=TOLD)
    world.fetcher.blobs[IMAGE] = (picture(size=(1200, 600)), "image/png")
    made = await post(world, ines, f"See {PAGE}#top for gel")
    before = await shown(world, ines, made)

    await looked_at(world)

    card = await shown(world, ines, made)
    assert card is not None
    image = card.pop("image")
    blurhash = card.pop("blurhash")
    assert (before, world.fetcher.asked, len(blurhash)) == (None, [PAGE, IMAGE], 28)
    assert card == {
        "url": PAGE,
        "title": "Gel by every bed & door",
        "description": "What one ward did",
        "language": "en",
        "type": "link",
        "author_name": "Okapi Weaver",
        "author_url": "",
        "provider_name": "News",
        "provider_url": "https://news.example",
        "html": "",
        "width": 640,
        "height": 320,
        "image_description": "A bottle",
        "embed_url": "",
        "published_at": "2026-11-20T09:00:00.000Z",
        "authors": [{"name": "Okapi Weaver", "url": "", "account": None}],
        "missing_attribution": False,
    }
    served = await world.anybody.get(image)
    assert (served.status_code, served.headers["content-type"]) == (200, "image/png")
    status = (await world.client(ines).get(f"{STATUSES}/{made['id']}")).json()
    assert status["edited_at"] is None
    assert (await world.client(ines).get(f"{STATUSES}/{made['id']}/history")).json()[1:] == []


@pytest.mark.parametrize("visibility", ["private", "direct"])
async def test_link_in_a_closed_post_is_never_fetched_but_a_known_one_is_shown(world: World, visibility: str) -> None:
    """Its address may be the secret."""
    ines = await world.user("ines")
    world.fetcher.pages[PAGE] = page(head=TOLD)
    secret = await post(world, ines, f"See {PAGE}?key=1", visibility=visibility)
    unknown = await post(world, ines, f"See {PAGE}", visibility=visibility)
    await looked_at(world)
    nothing = list(world.fetcher.asked)
    await post(world, ines, f"See {PAGE}")
    await looked_at(world)

    known = await post(world, ines, f"See {PAGE}", visibility=visibility)

    assert (nothing, [await shown(world, ines, one) for one in (secret, unknown)]) == ([], [None, None])
    assert (await shown(world, ines, known) or {})["title"] == "Gel by every bed & door"


@pytest.mark.parametrize(
    "text",
    [
        "No link",
        "@sam@far.example",
        "#gel",
        "See https://ward.example/@ines",
        "See ftp://news.example/a",
        "See news.example",
    ],
)
async def test_post_without_a_link_elsewhere_has_no_card(world: World, text: str) -> None:
    """Mentions, hashtags and our own pages are none."""
    ines = await world.user("ines")
    made = await post(world, ines, text)

    await looked_at(world)

    assert await shown(world, ines, made) is None
    assert world.fetcher.asked == [] or "far.example" in text


async def test_edit_brings_another_card_or_none(world: World) -> None:
    """What the post says now counts."""
    ines = await world.user("ines")
    client = world.client(ines)
    other = "https://other.example/"
    world.fetcher.pages |= {
        PAGE: page(head="<title>First</title>"),
        other: page(other, head="<title> Second\n</title>"),
    }
    made = await post(world, ines, f"See {PAGE}")
    await looked_at(world)
    titles = [(await shown(world, ines, made) or {}).get("title")]

    for text in (f"See {other}", "Nothing", f"See {PAGE}"):
        await client.put(f"{STATUSES}/{made['id']}", json={"status": text})
        await looked_at(world)
        titles.append((await shown(world, ines, made) or {}).get("title"))

    assert titles == ["First", "Second", None, "First"]


UNUSABLE = [
    page(media_type="application/pdf"),
    page(head="<meta name='description' content='No title'>"),
    WebPage(PAGE, b"\x00\xff" * 100, "text/html", "utf-16"),
    None,
]


@pytest.mark.parametrize("found", UNUSABLE)
async def test_page_that_says_nothing_gives_no_card_and_is_not_asked_again(world: World, found: WebPage | None) -> None:
    """For a day."""
    ines = await world.user("ines")
    if found is not None:
        world.fetcher.pages[PAGE] = found
    made = await post(world, ines, f"See {PAGE}")
    await looked_at(world)
    await post(world, ines, f"See {PAGE} again")
    await looked_at(world)
    once = list(world.fetcher.asked)
    world.clock.pass_time(hours=24)
    world.fetcher.pages[PAGE] = page(head=TOLD)
    await post(world, ines, f"See {PAGE} today")
    await looked_at(world)

    assert once == [PAGE]
    assert (await shown(world, ines, made) or {})["title"] == "Gel by every bed & door"


@pytest.mark.parametrize(
    "decided", [{"preview_cards": False}, {"federation_mode": "allowlist"}, {"federation_mode": "off"}]
)
async def test_closed_node_looks_at_no_page(database_url: str, tmp_path: Any, decided: dict[str, Any]) -> None:
    """By setting, and by the mode."""
    world = await make_world(database_url, tmp_path, **decided)
    ines = await world.user("ines")
    world.fetcher.pages[PAGE] = page(head=TOLD)
    made = await post(world, ines, f"See {PAGE}")

    await looked_at(world)

    assert (await shown(world, ines, made), world.fetcher.asked) == (None, [])
    await world.close()


async def test_picture_that_is_none_leaves_the_words(world: World) -> None:
    """Nothing but a picture is kept."""
    ines = await world.user("ines")
    world.fetcher.pages[PAGE] = page(head=TOLD)
    world.fetcher.blobs[IMAGE] = (b"<svg onload='x'/>", "image/png")
    made = await post(world, ines, f"See {PAGE}")

    await looked_at(world)

    card = await shown(world, ines, made)
    assert card is not None
    assert (card["title"], card["image"], card["image_description"], card["width"]) == (
        "Gel by every bed & door", None, "", 0,
    )  # fmt: skip
