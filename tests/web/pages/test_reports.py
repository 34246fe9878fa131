"""The report of a loop as a page, as files, and the licence and citation of what everybody may read."""

import pytest

from tests.node.services import loops
from tests.support.world import PASSWORD
from tests.web.pages.browser import Browser, fields

NASTY = "<script>alert(1)</script> \"'&"


@pytest.fixture
async def ines(world):
    """Return a nurse who has learned something."""
    return await world.user("ines", display_name="Ines Halloran")


@pytest.fixture
async def omar(world):
    """Return a doctor who tried it."""
    return await world.user("omar", display_name="Omar Said")


async def _browser(world, person=None):
    made = Browser(world.client())
    if person:
        await made.sign_in(person.email, PASSWORD)
    return made


async def _shared(world, ines, omar, visibility="public", **more):
    learned = await loops.learned(world, ines if visibility == "public" else omar, visibility=visibility)
    begun = await loops.begun(world, omar, learned, visibility=visibility)
    await loops.counted(world, omar, begun)
    return begun, await loops.shared(world, omar, begun, visibility=visibility, **more)


async def test_the_report_is_prefilled_and_every_sentence_names_its_source(world, ines, omar):
    """Anybody on the web reads what anybody may read."""
    _, shared = await _shared(world, ines, omar)

    page = await (await _browser(world)).open(f"/loops/{shared}/report")

    assert page.status == 200
    assert "14 of 18 prefilled" in page.main
    sources = [item for item in page.document.all("li") if "Source: " in item.text]
    assert len(sources) > 20
    assert all(list(item.all("a"))[-1].get("href") for item in sources)
    assert "Write here" not in page.main


async def test_the_author_writes_into_an_item(world, ines, omar):
    """What was typed stands there, and may be changed again."""
    _, shared = await _shared(world, ines, omar)
    browser = await _browser(world, omar)
    page = await browser.open(f"/loops/{shared}/report")
    form = next(form for form in page.document.all("form") if fields(form).get("item") == "funding")

    sent = fields(form) | {"funding": f"None. {NASTY}"}
    answer = await browser.client.post(
        f"/loops/{shared}/report", data=sent, headers={"origin": world.site.base_url}, follow_redirects=True
    )
    again = await browser.open(f"/loops/{shared}/report")

    assert answer.status_code == 200
    assert f"None. {NASTY}" in again.main
    assert "15 of 18 prefilled" in again.main


async def test_too_much_is_refused_at_its_box_and_kept(world, ines, omar):
    """The box stands open with what was typed."""
    _, shared = await _shared(world, ines, omar)
    browser = await _browser(world, omar)
    page = await browser.open(f"/loops/{shared}/report")
    form = next(form for form in page.document.all("form") if fields(form).get("item") == "funding")

    sent = fields(form) | {"funding": "x" * 2001}
    answer = await browser.client.post(f"/loops/{shared}/report", data=sent, headers={"origin": world.site.base_url})

    assert answer.status_code == 422
    assert "2001 characters are more than 2000" in answer.text
    assert "x" * 2001 in answer.text


@pytest.mark.parametrize(("form", "start"), [("html", b"<!doctype html>"), ("md", b"# Fit"), ("docx", b"PK")])
async def test_the_report_can_be_taken_along(world, ines, omar, form, start):
    """As a file with a name, for somebody who is signed in."""
    _, shared = await _shared(world, ines, omar)
    browser = await _browser(world, omar)

    answer = await browser.client.get(f"/loops/{shared}/report.{form}")

    assert answer.status_code == 200
    assert answer.content.startswith(start)
    assert answer.headers["content-disposition"] == f'attachment; filename="fit-soft-close-lids.{form}"'


async def test_what_is_not_for_a_reader_is_not_there(world, ines, omar):
    """Neither the page nor its files, with one answer for nothing and not for you."""
    begun, _ = await _shared(world, ines, omar, visibility="private")
    anybody = await _browser(world)

    for path in ("report", "report.html", "report.md", "report.docx"):
        assert (await anybody.client.get(f"/loops/{begun}/{path}")).status_code == 404


async def test_a_public_record_says_how_to_cite_it_and_under_which_licence(world, ines, omar):
    """With its permanent link; a record for few says none of it."""
    begun, shared = await _shared(world, ines, omar)
    hidden, _ = await _shared(world, ines, omar, visibility="private")
    browser = await _browser(world, omar)

    page, few = await browser.open(f"/loops/{shared}"), await browser.open(f"/loops/{hidden}")

    link = f"{world.site.base_url}/@omar/{shared}"
    assert f"Said O (2026). Fit soft-close lids. St Mary's. {link}" in page.main
    assert link in page.links()
    assert "CC BY 4.0" in page.main
    assert f"/loops/{begun}/report" in page.links()
    assert "Cite this" not in few.main


async def test_a_licence_is_chosen_when_recording(world, ines):
    """It is told in the post, and shown below the record."""
    browser = await _browser(world, ines)
    page = await browser.open("/record")

    after = await browser.send(page, "/record", text="Bin lids wake us.", audience="public", licence="CC0 1.0")

    status = (await world.client(ines).get(f"/api/v1/statuses/{after.address.rpartition('/')[2]}")).json()
    assert "CC0 1.0" in after.main
    assert "Licence: CC0 1.0" in status["content"]
