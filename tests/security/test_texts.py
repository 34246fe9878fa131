"""Whatever people type about a loop, a unit or a diagram is only text: on every page and in every file that leaves."""

import io
import zipfile
from typing import Final
from xml.etree import ElementTree

from node.services import choosing, driving, mailing, staffing, summarising
from node.services.acting import NewAim
from node.services.choosing import Change
from node.services.defining import NewMeasure
from node.services.driving import NewDriver
from tests.node.services import loops
from tests.support.world import PASSWORD, Person, World
from tests.web.pages.browser import Browser

MARKUP: Final = '<x9 on="1">\'&]]>\x0b'
SEEN: Final = "<x9"
API: Final = "/api/rounds/v1"


async def _made(world: World, ines: Person) -> dict[str, int]:
    """Record a whole loop, a unit and a diagram in which every text holds markup."""
    app = world.client(ines)
    told = {"question": f"Q{MARKUP}", "answer": f"A{MARKUP}", "setting": f"S{MARKUP}", "source": f"L{MARKUP}"}
    learned = await loops.learned(world, ines, f"T{MARKUP}\nB{MARKUP}", visibility="public", **told)
    counted = NewMeasure(label=f"M{MARKUP}", kind="outcome", form="proportion", unit="%", definition=f"D{MARKUP}")
    begun = await loops.begun(
        world,
        ines,
        learned,
        measures=(counted,),
        change=f"C{MARKUP}\nX{MARKUP}",
        plan=f"P{MARKUP}",
        visibility="public",
    )
    other = await loops.begun(world, ines, learned, measures=(counted,), change=f"O{MARKUP}", visibility="public")
    measure = await loops.counted(world, ines, begun)
    point = {"entry": "30/50", "note": f"N{MARKUP}"}
    assert (await app.put(f"{API}/measures/{measure}/points/2026-10-14", json=point)).status_code == 200
    phases = {"phases": [{"starts_on": "2026-10-26", "why": f"W{MARKUP}"}]}
    assert (await app.patch(f"{API}/measures/{measure}", json=phases)).status_code == 200
    await world.db.write(summarising.keep_text, ines.id, begun, "conclusions", f"K{MARKUP}")
    aim = NewAim(what=f"E{MARKUP}", whom=f"F{MARKUP}", how_much=f"G{MARKUP}")
    diagram = await world.db.write(driving.create, ines.id, aim)
    primary = NewDriver(kind="primary", text=f"H{MARKUP}")
    driver = await world.db.write(driving.add, ines.id, diagram, primary)
    idea = NewDriver(kind="idea", text=f"I{MARKUP}", parent_id=driver)
    await world.db.write(
        driving.link, ines.id, diagram, await world.db.write(driving.add, ines.id, diagram, idea), str(begun)
    )
    await world.db.write(
        staffing.choose, ines.id, await world.db.write(staffing.make, f"U{MARKUP}", by="test", slug="u")
    )
    said = {"sentence": f"Z{MARKUP}", "learned": f"Y{MARKUP}", "modifications": f"V{MARKUP}"}
    shared = await loops.shared(world, ines, begun, visibility="public", **said)
    await world.work()
    return {
        "learned": learned,
        "begun": begun,
        "other": other,
        "measure": measure,
        "diagram": diagram,
        "shared": shared,
    }


async def test_S119_what_people_type_is_text_on_every_page(world: World) -> None:
    """Names, labels, notes, reasons, aims, drivers, units, and what is shared with us from a phone."""
    ines = await world.user("ines", display_name=f"D{MARKUP.strip()}", role="admin")
    ids = await _made(world, ines)
    world.clock.pass_time(days=70)
    browser = Browser(world.client())
    await browser.sign_in(ines.email, PASSWORD)

    shown = {}
    for path in (
        "/loops/{begun}", "/loops/{learned}", "/loops/{learned}/try", "/record?from={learned}", "/ideas/{learned}",
        "/diagrams", "/diagrams/{diagram}", "/diagrams/{diagram}/remove", "/units", "/units/u", "/network?scope=unit:u",
        "/loops/{begun}/report", "/loops/{begun}/report.html", "/today", "/recall", "/digest", "/loops",
        "/actions/{begun}/numbers", "/actions/{other}/numbers", "/measures/{measure}/table",
        "/share?text=%3Cx9&title=%3Cx9&url=javascript:%3Cx9",
    ):  # fmt: skip
        answer = await browser.client.get(path.format(**ids))
        assert answer.status_code == 200, path
        shown[path] = answer.text

    assert [path for path, text in shown.items() if SEEN in text] == []
    assert "&lt;x9" in shown["/loops/{begun}"]
    assert "&lt;x9" in shown["/diagrams/{diagram}"]


async def test_S119_what_people_type_is_text_in_every_file(world: World) -> None:
    """Drawings, Word, FHIR, the feed and the mail are well formed, whatever they tell."""
    ines = await world.user("ines", display_name=f"D{MARKUP.strip()}", role="admin")
    ids = await _made(world, ines)
    app = world.client(ines)
    await world.db.write(choosing.choose, ines.id, Change(digest="mail"))
    await world.db.write(mailing.ensure_secret)
    key = (await world.db.write(choosing.renew_feed, ines.id)).partition("key=")[2]
    world.clock.pass_time(days=70)

    drawing = await app.get(f"{API}/measures/{ids['measure']}/chart.svg")
    word = await app.get(f"{API}/loops/{ids['begun']}/report.docx")
    feed = await world.anybody.get(f"/digest.atom?key={key}")
    mail = await world.db.read(mailing.letter, ines.user_id)
    bundle = await app.get(f"{API}/measures/{ids['measure']}/fhir")

    assert "x9" in "".join(ElementTree.fromstring(drawing.content).itertext())
    with zipfile.ZipFile(io.BytesIO(word.content)) as held:
        text = "".join(ElementTree.fromstring(held.read("word/document.xml")).itertext())
    assert SEEN in text
    root = ElementTree.fromstring(feed.content)
    assert all(SEEN not in (one.text or "") for one in root.iter())
    assert mail is not None
    assert SEEN not in mail.html
    assert "\x0b" not in mail.text + mail.subject
    assert bundle.json()["resourceType"] == "Bundle"
