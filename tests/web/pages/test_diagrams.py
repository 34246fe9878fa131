"""Driver diagrams by hand, without script: begin, add, reword, move, join to an action, remove."""

import pytest

from node.services import driving
from node.services.acting import NewAim
from tests.node.services import loops
from tests.support.world import PASSWORD
from tests.web.pages.browser import Browser

NASTY = "<b>\"'&"


@pytest.fixture
async def browser(world, ines):
    """Return the browser of a nurse who is signed in."""
    made = Browser(world.client())
    await made.sign_in(ines.email, PASSWORD)
    return made


@pytest.fixture
async def diagram(world, ines):
    """Return the address of a diagram with an aim."""
    made = await world.db.write(driving.create, ines.id, NewAim(what="Patients sleep", how_much="80% well"))
    return f"/diagrams/{made}"


async def _add(browser, diagram, text, kind, parent=""):
    page = await browser.open(diagram)
    options = {option.text: option.get("value") for option in page.form(f"{diagram}/drivers").all("option")}
    return await browser.send(
        page, f"{diagram}/drivers", text=text, kind=kind, parent=options[parent] if parent else ""
    )


async def test_diagram_begins_with_its_aim(browser):
    """Four fields, one of them needed."""
    page = await browser.open("/diagrams")

    after = await browser.send(
        page, "/diagrams", what="Patients sleep", whom="on ward 4B", how_much="80%", by="2027-01-15"
    )

    assert after.heading == "Patients sleep, on ward 4B, 80%, by 2027-01-15"
    assert "Nothing drives it yet" in after.main


async def test_drivers_and_ideas_hang_on_each_other(browser, diagram):
    """Drawn with a description, and the same as a nested list."""
    await _add(browser, diagram, "Noise", "primary")
    await _add(browser, diagram, "Bin lids", "secondary", "Noise")
    page = await _add(browser, diagram, f"Soft lids {NASTY}", "idea", "Bin lids")

    drawn = next(page.document.all("desc")).text

    assert drawn == (
        "Aim: Patients sleep, 80% well. Primary driver: Noise. Secondary driver: Bin lids. "
        f"Change idea: Soft lids {NASTY}."
    )
    assert f"Soft lids {NASTY}" in page.main


async def test_what_does_not_fit_is_said_at_its_field(browser, diagram):
    """An idea hangs on a driver; what was typed is kept."""
    page = await _add(browser, diagram, "Soft lids", "idea")

    assert page.status == 422
    assert "A change idea hangs on a driver. Choose which." in page.main


async def test_idea_is_joined_to_the_action_that_tries_it(world, ines, browser, diagram):
    """By the address of its page; it says how the action stands."""
    action = await loops.begun(world, ines, await loops.learned(world, ines))
    await _add(browser, diagram, "Noise", "primary")
    page = await _add(browser, diagram, "Soft lids", "idea", "Noise")
    form = next(f for f in page.document.all("form") if any(i.get("value") == "link" for i in f.all("input")))
    field = next(i.get("name") for i in form.all("input") if i.get("name").startswith("action-"))
    csrf = next(i.get("value") for i in form.all("input") if i.get("name") == "csrf")

    after = await browser.client.post(
        form.get("action"),
        data={"csrf": csrf, "do": "link", field: f"{world.site.base_url}/loops/{action}"},
        headers={"accept": "text/html", "origin": world.site.base_url},
        follow_redirects=True,
    )

    assert after.status_code == 200
    assert "1 trying" in after.text
    assert f"/loops/{action}" in after.text


async def test_driver_goes_with_all_that_hangs_on_it_after_a_question(browser, diagram):
    """The question stands on its own page."""
    await _add(browser, diagram, "Noise", "primary")
    page = await _add(browser, diagram, "Soft lids", "idea", "Noise")
    address = next(link for link in page.links() if link.endswith("/remove") and "/drivers/" in link)

    asked = await browser.open(address)
    after = await browser.send(asked, address)

    assert "All that hangs on it goes too." in asked.main
    assert "Nothing drives it yet" in after.main


async def test_colleague_sees_a_diagram_and_does_not_change_it(world, diagram):
    """Who made it and the moderators do; nobody outside sees anything."""
    omar = await world.user("omar")
    other = Browser(world.client())
    await other.sign_in(omar.email, PASSWORD)

    page = await other.open(diagram)
    guest = await Browser(world.client()).open(diagram)

    assert page.status == 200
    assert [form.get("action") for form in page.document.all("form") if "diagrams" in form.get("action")] == []
    assert guest.address.startswith("/sign-in")


async def test_api_does_the_same(world, ines):
    """Begin, add, move, join, part, remove."""
    client = world.client(ines)
    start = "/api/rounds/v1/diagrams"
    made = (await client.post(start, json={"what": "Patients sleep"})).json()
    one = f"{start}/{made['id']}"
    noise = (await client.post(f"{one}/drivers", json={"kind": "primary", "text": "Noise"})).json()["drivers"][0]
    await client.post(f"{one}/drivers", json={"kind": "primary", "text": "Light"})
    moved = (await client.patch(f"{one}/drivers/{noise['id']}", json={"by": 1})).json()
    idea = (
        await client.post(f"{one}/drivers", json={"kind": "idea", "text": "Soft lids", "parent_id": noise["id"]})
    ).json()["drivers"][-1]
    action = await loops.begun(world, ines, await loops.learned(world, ines))
    joined = (await client.post(f"{one}/drivers/{idea['id']}/actions", json={"action": str(action)})).json()
    wrong = await client.post(f"{one}/drivers/{noise['id']}/actions", json={"action": str(action)})

    places = {driver["text"]: driver["position"] for driver in moved["drivers"]}
    assert places == {"Light": 0, "Noise": 1}
    told = next(driver for driver in joined["drivers"] if driver["id"] == idea["id"])
    assert [tried["action_id"] for tried in told["actions"]] == [str(action)]
    assert wrong.status_code == 422
    assert (await client.delete(one)).status_code == 200
    assert (await client.get(one)).status_code == 404


async def test_diagram_holds_no_more_than_a_hundred(world, ines, diagram):
    """The next one is refused in words."""
    diagram_id = int(diagram.rpartition("/")[2])
    for number in range(100):
        new = driving.NewDriver(kind="primary", text=f"Driver {number}")
        await world.db.write(driving.add, ines.id, diagram_id, new)

    client = world.client(ines)
    answer = await client.post(f"/api/rounds/v1{diagram}/drivers", json={"kind": "primary", "text": "One more"})

    assert answer.status_code == 422
    assert "holds 100 drivers" in answer.text
