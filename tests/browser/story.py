"""A small invented story of three hospitals, told on nodes with a frozen clock, and windows onto its first one.

How it works. Kestrel Bay learns, acts, counts and decides; Ashmere General keeps the idea, Nordholm Clinic stops it. No
port is open: a window asks the application itself, so that the pages have the addresses of a real hospital.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import httpx
from playwright.async_api import Browser, Page, Route

from node.services import fetching, measuring, signing_in
from node.services.defining import NewMeasure
from node.services.measuring import NewPoint
from tests.node.services import loops
from tests.support.network import Network, Station
from tests.support.world import Person
from web.pages.cookies import name_of

BEGIN_DAYS_AGO: Final = 93
MONTH_DAYS: Final = 30
A_MONTH: Final = 10
COLLEAGUES: Final = ("mara", "tove", "ada", "luis", "pia")
LIDS: Final = "Bin lids wake patients at night. Two bays got soft-close lids by accident, and nobody complained there."
CANNULAS: Final = "Cannulas stay in because nobody asks. Half of ours were not used for two days."
ASK: Final = NewMeasure(label="Cannulas with a reason to stay", kind="process", form="proportion", unit="%")
ASKED: Final = (9, 11, 10, 12, 10, 11, 9, 10, 11, 14, 15, 16)
FLAT: Final = (22, 22, 20, 19, 22, 20)


@dataclass(frozen=True)
class Story:
    """What was told: the first hospital with two of its people, and the status ids of what they recorded."""

    network: Network
    bay: Station
    ines: Person
    omar: Person
    lids: int
    lids_action: int
    cannulas: int
    cannulas_action: int

    @property
    def pages(self) -> dict[str, str]:
        """The pages worth a picture, by the name of the picture."""
        return {
            "loop": f"/loops/{self.lids}",
            "today": "/today",
            "idea": f"/ideas/{self.lids}",
            "network": "/network",
        }


async def told(network: Network, *, months_before: int = 0) -> Story:
    """Tell the story on a network without nodes; before it, five colleagues learn and act for some months."""
    network.clock.pass_time(days=-BEGIN_DAYS_AGO - months_before * MONTH_DAYS)
    bay = await network.node("kestrel-bay.example", institution_name="Kestrel Bay")
    await _learned_before(network, bay, months_before)
    ines = await bay.world.user("ines", display_name="Ines Halloran")
    omar = await bay.world.user("omar", display_name="Omar Reyes")
    lids = await loops.learned(
        bay.world, ines, LIDS, question="What wakes patients at night?", answer="Bin lids.", visibility="public"
    )
    uri = (await bay.status(lids)).uri
    there = [
        await _tried(network, bay, ines, uri, *place)
        for place in (
            ("ashmere.example", "Ashmere General", "anneke", "Anneke Brandt"),
            ("nordholm.example", "Nordholm Clinic", "jonas", "Jonas Lind"),
        )
    ]
    network.clock.pass_time(days=14)
    ours = await loops.begun(bay.world, omar, lids, change="Fit soft-close lids to all 14 bins of ward 4B.")
    cannulas = await loops.learned(bay.world, ines, CANNULAS, visibility="public")
    asking = await loops.begun(
        bay.world, ines, cannulas, change="Ask about every cannula at the morning handover.", measures=(ASK,)
    )
    network.clock.pass_time(days=BEGIN_DAYS_AGO - 16)
    await _counted(bay, ines, asking)
    await loops.counted(bay.world, omar, ours)
    await _decided(network, there)
    network.clock.pass_time(days=2)
    await loops.shared(bay.world, omar, ours, sentence="Patients sleep. Four euros a bin, and no bin is left open.")
    await network.settle()
    await loops.make_round(bay.db)
    await network.settle()
    return Story(network, bay, ines, omar, lids, ours, cannulas, asking)


async def _learned_before(network: Network, bay: Station, months: int) -> None:
    """Let five people learn ten things a month: about four become actions at first, eight in the last five months."""
    staff = [await bay.world.user(name) for name in COLLEAGUES] if months else []
    for month in range(months):
        kept = []
        for number in range(A_MONTH):
            who = staff[number % len(staff)]
            text = f"What the round of month {month + 1} taught us, lesson {number + 1}."
            kept.append((who, await loops.learned(bay.world, who, text, visibility="public")))
        network.clock.pass_time(days=9 - month % 3 if month < months - 5 else 3)
        acted = 3 + month % 3 if month < months - 5 else 8 - month % 2
        due_on = (network.clock.now() + timedelta(days=14)).date()
        begun = [
            await loops.begun(bay.world, who, lesson, due_on=due_on, day_zero_on=None) for who, lesson in kept[:acted]
        ]
        network.clock.pass_time(days=MONTH_DAYS - (9 - month % 3 if month < months - 5 else 3))
        for (who, _), action in zip(kept, begun, strict=False):
            await loops.shared(bay.world, who, action)


async def _tried(
    network: Network, bay: Station, ines: Person, uri: str, host: str, place: str, name: str, display_name: str
) -> tuple[Station, Person, int]:
    """Let another hospital begin with what Ines learned."""
    station = await network.node(host, institution_name=place)
    who = await station.world.user(name, display_name=display_name)
    await station.follow(who, f"@ines@{bay.site.host}")
    await bay.follow(ines, f"@{name}@{host}")
    await network.settle()
    known = await fetching.post(station.db, station.fetcher, uri, site=station.site)
    begun = await loops.begun(station.world, who, known)
    await network.settle()
    return station, who, begun


async def _decided(network: Network, there: list[tuple[Station, Person, int]]) -> None:
    (ashmere, anneke, kept), (nordholm, jonas, stopped) = there
    await loops.counted(ashmere.world, anneke, kept)
    await loops.counted(nordholm.world, jonas, stopped, after=FLAT)
    await loops.shared(
        nordholm.world, jonas, stopped, decision="abandon", sentence="No change in six weeks.",
        decision_reason="The bins are new already, the noise comes from the corridor.",
    )  # fmt: skip
    await network.settle()
    network.clock.pass_time(hours=20)
    await loops.shared(ashmere.world, anneke, kept, sentence="It is quieter from the first night on.")
    await network.settle()


async def _counted(bay: Station, ines: Person, asking: int) -> None:
    measure = await loops.measure_of(bay.world, asking)
    for week, number in enumerate(ASKED):
        day = date(2026, 11, 18) - timedelta(weeks=len(ASKED) - week)
        await bay.db.write(measuring.record_point, ines.id, measure.id, NewPoint(day=day, entry=f"{number}/20"))


@asynccontextmanager
async def window(story: Story, chromium: Browser, who: Person | None, **options: Any) -> AsyncIterator[Page]:
    """Open a window in which somebody is signed in at the first hospital; `options` are Playwright's."""
    context = await chromium.new_context(base_url=story.bay.site.base_url, **options)
    transport = httpx.ASGITransport(story.bay.world.app, client=("192.0.2.7", 1234))
    async with httpx.AsyncClient(transport=transport) as client:

        async def answer(route: Route) -> None:
            asked = route.request
            found = await client.request(
                asked.method, asked.url, headers=await asked.all_headers(), content=asked.post_data_buffer
            )
            await route.fulfill(status=found.status_code, headers=dict(found.headers), body=found.content)

        await context.route("**/*", answer)
        if who is not None:
            token = await story.bay.db.write(signing_in.open_session, who.user_id)
            cookie = {"name": name_of(story.bay.site, "session"), "value": token, "url": story.bay.site.base_url}
            await context.add_cookies([{**cookie, "secure": True}])  # type: ignore[typeddict-item]
        yield await context.new_page()
    await context.close()
