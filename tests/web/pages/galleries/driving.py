"""Driver diagrams: the list, one with all that hangs on it, and the question before something goes."""

from collections.abc import Iterator
from dataclasses import replace

from markupsafe import Markup

from node.learning import drivers
from tests.web.pages.exhibits import GUEST, SHELL
from web.pages.views.diagrams import Diagram, Diagrams, Driver, Item, Removing, Try
from web.pages.views.forms import Choice, Form, Mistake
from web.pages.views.shell import Link, Shell

AIM = "Twice as many patients sleep well on Ward 4 by 31 March"
DRAWN = drivers.tree(
    (
        drivers.Driver(id=1, kind="primary", text="Quiet at night"),
        drivers.Driver(id=2, kind="idea", text="Soft-close bin lids", parent_id=1, detail="Adopted"),
    )
)
TRIED = Try(
    title="Fit soft-close lids", url="/loops/5", place="Linden Vale Hospital", words="Adopted by the ward", unlink="5"
)
IDEA = Driver(
    id="2",
    text="Soft-close bin lids",
    what="Change idea",
    detail="Adopted",
    action="/diagrams/7/drivers/2",
    is_idea=True,
    tries=(TRIED,),
)
QUIET = Driver(
    id="1",
    text="Quiet at night",
    what="Primary driver",
    detail="",
    action="/diagrams/7/drivers/1",
    is_idea=False,
    below=(IDEA,),
)
DIAGRAM = Diagram(
    form=Form({"what": "Patients who sleep well", "text-1": "Quiet at night", "text-2": "Soft-close bin lids"}),
    title=AIM,
    by="Ines Halloran",
    url="/diagrams/7",
    drawing=Markup(drivers.svg(AIM, DRAWN)),
    drivers=(QUIET,),
    kinds=(Choice("primary", "A primary driver, on the aim"), Choice("idea", "A change idea, on a driver")),
    parents=(Choice("", "The aim"), Choice("1", "Quiet at night")),
    may_edit=True,
)


def cases() -> Iterator[tuple[str, str, Shell, object]]:
    """Yield what is worth seeing."""
    shell = replace(SHELL, current="loops")
    item = Item(title=AIM, url="/diagrams/7", by="Ines Halloran")
    yield "diagrams", "diagrams", shell, Diagrams(form=Form(), items=(item,))
    yield "diagrams-empty", "diagrams", shell, Diagrams(form=Form(), items=())
    wrong = Form({"by": "2027-02-31"}, (Mistake("what", "Say what shall change."),))
    yield "diagrams-error", "diagrams", shell, Diagrams(form=wrong, items=())
    yield "diagram", "diagram", shell, DIAGRAM
    refused = Form({"action-2": "nowhere"}, (Mistake("action-2", "No action here has this address."),))
    yield "diagram-error", "diagram", shell, replace(DIAGRAM, form=refused)
    yield "diagram-bare", "diagram", shell, replace(DIAGRAM, drawing=Markup(drivers.svg(AIM, ())), drivers=())
    yield "diagram-reader", "diagram", GUEST, replace(DIAGRAM, may_edit=False)
    removing = Removing(
        title="Quiet at night",
        text="All that hangs on it goes too. The actions that were tried stay.",
        action="/diagrams/7/drivers/1/remove",
        back=Link("Keep it", "/diagrams/7"),
        verb="Remove",
    )
    yield "removing", "removing", shell, removing
