"""The own profile as apps edit it."""

from typing import Any

import pytest

from node.ports import WebPage
from tests.contract.behaviours.people import UPDATE, read, update
from tests.contract.entities import faults
from tests.support.world import World
from tests.web.api.test_media import picture

VERIFY = "/api/v1/accounts/verify_credentials"
PROFILE = "/api/v1/profile"


async def test_ACC_006_verify_credentials_gives_what_was_typed(world: World) -> None:
    """The note and the fields without markup, and the role."""
    ines = await world.user("ines", role="moderator")
    await update(world, ines, note="Gel & beds", fields_attributes=[{"name": "Ward", "value": "https://ward.example"}])

    shown = await read(world, ines, VERIFY)

    assert (faults("CredentialAccount", shown), shown["note"]) == ([], "<p>Gel &amp; beds</p>")
    assert (shown["source"]["note"], shown["source"]["fields"][0]["value"]) == ("Gel & beds", "https://ward.example")
    assert (shown["role"]["name"], shown["role"]["collection_limit"]) == ("Moderator", 10)


async def test_ACC_007_update_changes_only_what_is_given(world: World) -> None:
    """Everything else stays."""
    ines = await world.user("ines", display_name="Ines")
    await update(world, ines, note="Kept", indexable=True, attribution_domains=["news.example"])

    shown = await update(world, ines, show_media=False, header_description="Beds")

    assert (shown["display_name"], shown["source"]["note"], shown["indexable"]) == ("Ines", "Kept", True)
    assert (shown["show_media"], shown["show_featured"], shown["header_description"]) == (False, True, "Beds")
    assert (shown["source"]["attribution_domains"], faults("CredentialAccount", shown)) == (["news.example"], [])


async def test_ACC_008_update_takes_how_one_posts(world: World) -> None:
    """Visibility, sensitivity, language and who may quote."""
    ines = await world.user("ines")
    source = {"privacy": "private", "sensitive": True, "language": "de", "quote_policy": "nobody"}

    shown = await update(world, ines, source=source)
    preferences = await read(world, ines, "/api/v1/preferences")

    assert {name: shown["source"][name] for name in source} == source
    assert (faults("Preferences", preferences), preferences["posting:default:quote_policy"]) == ([], "nobody")


@pytest.mark.parametrize("path", [UPDATE, PROFILE])
@pytest.mark.parametrize("sent", [{"note": "x" * 501}, {"display_name": "x" * 101}, {"header_description": "x" * 151}])
async def test_ACC_009_what_is_too_long_is_refused(world: World, path: str, sent: dict[str, str]) -> None:
    """With the field's name and a code."""
    ines = await world.user("ines")

    response = await world.client(ines).patch(path, json=sent)

    field = next(iter(sent))
    assert (response.status_code, response.json()["details"][field][0]["error"]) == (422, "ERR_TOO_LONG")


@pytest.mark.parametrize(
    "form",
    [
        {"json": {"fields_attributes": {"0": {"name": "a", "value": "1"}, "1": {"name": "b", "value": "2"}}}},
        {"data": {"fields_attributes[0][name]": "a", "fields_attributes[0][value]": "1",
                  "fields_attributes[1][name]": "b", "fields_attributes[1][value]": "2"}},
        {"json": {"fields_attributes": [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}]}},
    ],
    ids=["hash", "form", "list"],
)  # fmt: skip
async def test_ACC_010_fields_are_replaced_as_a_whole(world: World, form: dict[str, Any]) -> None:
    """In every shape that apps send them."""
    ines = await world.user("ines")
    await update(world, ines, fields_attributes=[{"name": str(n), "value": "old"} for n in range(4)])

    shown = (await world.client(ines).patch(UPDATE, **form)).json()

    assert [(one["name"], one["value"]) for one in shown["fields"]] == [("a", "1"), ("b", "2")]


async def test_ACC_011_pictures_are_taken_away(world: World) -> None:
    """With their descriptions; the answer is a CredentialAccount."""
    ines = await world.user("ines")
    files = {name: ("me.png", picture("PNG", (50, 40)), "image/png") for name in ("avatar", "header")}
    await world.client(ines).patch(UPDATE, files=files, data={"header_description": "Beds"})

    shown = [(await world.client(ines).delete(f"{PROFILE}/{name}")).json() for name in ("avatar", "header")]

    assert [faults("CredentialAccount", one) for one in shown] == [[], []]
    assert [shown[1][name].rpartition("/")[2] for name in ("avatar", "header")] == ["avatar.png", "header.png"]
    assert shown[1]["header_description"] == ""


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
async def test_ACC_012_the_profile_is_raw(world: World, method: str) -> None:
    """Nothing where the account shows the usual picture; the same entity after a change."""
    ines = await world.user("ines")
    await world.client(ines).post("/api/v1/featured_tags", json={"name": "gel"})

    before = await read(world, ines, PROFILE)
    files = {"header": ("me.png", picture("PNG", (50, 40)), "image/png")}
    response = await world.client(ines).request(
        method,
        PROFILE,
        files=files,
        data={"note": "a <b>", "show_media_replies": "0", "attribution_domains[]": "n.example"},
    )

    after = response.json()
    assert (faults("Profile", before), before["avatar"], before["header"], before["note"]) == ([], None, None, "")
    assert (faults("Profile", after), after["note"], after["show_media_replies"]) == ([], "a <b>", False)
    assert after["header"].startswith("https://ward.example/media/headers/")
    assert (after["formatted_note"], [one["name"] for one in after["featured_tags"]]) == ("<p>a &lt;b&gt;</p>", ["gel"])
    assert after["attribution_domains"] == ["n.example"]


@pytest.mark.parametrize("domains", [["not a host"], ["https://a.example"], ["a.example"] * 101])
async def test_ERR_013_profile_failures_have_details(world: World, domains: list[str]) -> None:
    """Keyed by the parameter, each with a code that programs compare."""
    ines = await world.user("ines")

    response = await world.client(ines).patch(PROFILE, json={"attribution_domains": domains})

    details = response.json()["details"]["attribution_domains"]
    assert (response.status_code, details[0]["error"][:4], bool(details[0]["description"])) == (422, "ERR_", True)


async def test_a_link_that_leads_back_is_verified_once(world: World) -> None:
    """Only by a link that says `rel="me"`; a changed field is looked at anew, an unchanged one is not."""
    ines = await world.user("ines")
    pages = {
        "https://blog.example/": b'<a rel="noopener ME" class="x" href="https://ward.example/@ines/">me</a>',
        "https://shop.example/": b'<a href="https://ward.example/@ines">no rel</a><!-- rel="me" -->',
    }
    for url, data in pages.items():
        world.fetcher.pages[url] = WebPage(url, data, "text/html", "utf-8")
    fields = [{"name": url, "value": url} for url in (*pages, "https://gone.example/")]

    before = await update(world, ines, fields_attributes=fields)
    await world.work()
    after = await read(world, ines, VERIFY)
    asked = len(world.fetcher.asked)
    kept = await update(world, ines, fields_attributes=fields[:1])
    await world.work()
    lost = await update(world, ines, fields_attributes=[{"name": "b", "value": "https://blog.example/ x"}])

    when = "2026-11-25T09:00:00.000Z"
    assert [one["verified_at"] for one in before["fields"]] == [None, None, None]
    assert [one["verified_at"] for one in after["fields"]] == [when, None, None]
    assert [one["verified_at"] for one in after["source"]["fields"]] == [when, None, None]
    assert (faults("CredentialAccount", after), len(world.fetcher.asked)) == ([], asked)
    assert [kept["fields"][0]["verified_at"], lost["fields"][0]["verified_at"]] == [when, None]
