"""What phones and browsers share with us begins a learning, also when one must sign in first."""

import io
from urllib.parse import quote

import pytest
from PIL import Image

from node.services import bookmarking, learning, posting
from node.services.learning import NewLearning
from node.services.posting import Draft
from tests.support.world import PASSWORD
from tests.web.pages.browser import Browser, fields

ARTICLE = "https://journal.example/lids"


@pytest.fixture
async def ines(world):
    """Return who reads."""
    return await world.user("ines")


async def _browser(world, person):
    made = Browser(world.client())
    await made.sign_in(person.email, PASSWORD)
    return made


@pytest.mark.parametrize(
    ("query", "text", "source"),
    [
        (f"url={ARTICLE}&title=Lids", "Lids", ARTICLE),
        (f"url={ARTICLE}&title=Lids&text=Soft%20lids%20help", "Soft lids help", ARTICLE),
        (f"text=Soft%20lids%20{ARTICLE}", "Soft lids", ARTICLE),
        (f"text=Soft%20lids%0A{ARTICLE}&title=x", "Soft lids", ARTICLE),
        ("text=doi:10.1000/xyz&title=Lids", "Lids", "doi:10.1000/xyz"),
        ("text=Words%20alone", "Words alone", ""),
        ("", "", ""),
    ],
)
async def test_what_is_shared_fills_the_page(world, ines, query, text, source):
    """Phones put the address wherever they like."""
    browser = await _browser(world, ines)

    form = (await browser.open(f"/share?{query}")).form("/record")

    assert (fields(form)["text"], fields(form)["source"]) == (text, source)


async def test_whoever_is_signed_out_signs_in_and_finds_it_all_there(world, ines):
    """A short share is kept in the address, a long one in the form."""
    for words in ("Soft lids & “sleep”", "Ünd mehr. " * 150):
        browser = Browser(world.client())

        page = await browser.open(f"/share?url={quote(ARTICLE)}&text={quote(words)}")
        page = await browser.send(page, "/sign-in", login=ines.email, password=PASSWORD)
        if "/share" in [form.get("action") for form in page.document.all("form")]:
            page = await browser.send(page, "/share")

        typed = fields(page.form("/record"))
        assert (typed["text"], typed["source"]) == (words.strip(), ARTICLE)


async def test_shared_markup_and_addresses_of_code_are_only_text(world, ines):
    """Whatever a page sends along."""
    browser = await _browser(world, ines)

    page = await browser.open(f"/share?url={quote('javascript:alert(1)')}&text={quote('<script>alert(1)</script>')}")

    assert fields(page.form("/record"))["text"] == "<script>alert(1)</script>"
    assert "<script>alert" not in page.response.text


async def test_manifest_lets_phones_share_with_us(world):
    """With icons that are there, of the sizes it says, and a policy that lets it be read."""
    answer = await world.anybody.get("/manifest.webmanifest")
    page = await world.anybody.get("/about")

    found = answer.json()
    assert answer.headers["content-type"] == "application/manifest+json"
    assert found["share_target"] == {
        "action": "/share",
        "method": "GET",
        "params": {"title": "title", "text": "text", "url": "url"},
    }
    assert '<link rel="manifest" href="/manifest.webmanifest">' in page.text
    assert "manifest-src 'self'" in page.headers["content-security-policy"]
    for icon in found["icons"]:
        file = await world.anybody.get(icon["src"])
        assert (file.status_code, file.headers["content-type"]) == (200, icon["type"])
        if icon["type"] == "image/png":
            size = Image.open(io.BytesIO(file.content)).size
            assert f"{size[0]}x{size[1]}" == icon["sizes"]


async def test_page_of_help_has_the_bookmarklet_to_drag_and_to_copy(world):
    """It leads to this node, with what is marked."""
    page = await world.anybody.get("/help/sharing")

    assert page.status_code == 200
    assert page.text.count("javascript:void(window.open(&#39;https://ward.example/share?url=&#39;") == 2
    assert "script-src" not in page.headers["content-security-policy"]


async def test_every_post_offers_what_it_taught(world, ines):
    """A bookmarked post of somebody else too; a record is built upon, a plain post is the source."""
    omar = await world.user("omar", display_name="Omar Said")
    post = await world.db.write(posting.post, omar.id, Draft(text="The lids slam.", visibility="public"))
    new = NewLearning(text="Lids wake people.", visibility="public")
    record = await world.db.write(learning.record, omar.id, new)
    for one in (post, record):
        await world.db.write(bookmarking.bookmark, ines.id, one)
    browser = await _browser(world, ines)

    bookmarks = await browser.open("/bookmarks")
    page = await browser.open(f"/record?from={post}")
    after = await browser.send(page, "/record", text="Soft lids help.", audience="public")

    offered = [link.get("href") for link in bookmarks.document.all("a") if "I learned from this" in link.text]
    assert offered == [f"/record?from={record}", f"/record?from={post}"]
    made = await world.client(ines).get(f"/api/rounds/v1/records/{after.address.rpartition('/')[2]}")
    uri = world.site.status_uri("omar", post)
    assert made.json()["record"]["learnedFrom"] == {"kind": "peer-post", "ref": uri}


async def test_loop_shows_who_else_saw_it_and_why(world, ines):
    """To those who are signed in."""
    omar = await world.user("omar", display_name="Omar Said")
    texts = ("A catheter stays in. Ask on the morning round.", "Catheter again! Our morning round forgets it.")
    mine, theirs = [
        await world.db.write(learning.record, who.id, NewLearning(text=text, visibility="public"))
        for who, text in zip((ines, omar), texts, strict=True)
    ]
    browser = await _browser(world, ines)

    page = await browser.open(f"/loops/{mine}")
    outside = await world.anybody.get(f"/loops/{mine}")

    assert "Who else saw this?" in page.main
    assert "Both speak of catheter, morning, round" in page.main
    assert f"/loops/{theirs}" in [link.get("href") for link in page.document.all("a")]
    assert "Who else saw this?" not in outside.text
