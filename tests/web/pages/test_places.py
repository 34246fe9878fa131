"""The start, About, files and failures: what anybody can reach."""

from web.pages.assets import asset_url, assets


async def test_the_start_leads_to_about_for_guests(guest):
    """Somebody who comes by is told what this is."""
    page = await guest.open("/")

    assert (page.address, page.heading) == ("/about", "Rounds at St Mary's")
    assert "/sign-in" in page.links()


async def test_what_is_not_there_says_the_same_as_what_is_not_for_you(guest):
    """One text for both, on purpose."""
    page = await guest.open("/nowhere")

    assert (page.status, page.heading) == (404, "Nothing here")
    assert "Nothing here, or not for you." in page.main


async def test_files_come_with_their_kind_and_may_be_kept_for_a_year(guest):
    """The address changes with the content, so nobody sees an old style sheet."""
    response = await guest.client.get(asset_url("rounds.css"))

    assert response.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in response.headers["cache-control"]
    assert response.content == assets()["rounds.css"].body


async def test_a_file_under_its_plain_address_is_checked_again(guest):
    """Apps know the default picture by an address without a version."""
    first = await guest.client.get("/static/avatar.png")
    again = await guest.client.get("/static/avatar.png", headers={"if-none-match": first.headers["etag"]})

    assert (first.status_code, again.status_code) == (200, 304)
    assert "immutable" not in first.headers["cache-control"]


async def test_no_other_file_is_served(guest):
    """Only what lies in the package."""
    for path in ("/static/../__init__.py", "/static/%2e%2e%2fapp.py", "/static/none.css"):
        assert (await guest.client.get(path)).status_code == 404
