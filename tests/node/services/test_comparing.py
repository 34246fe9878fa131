"""An idea across hospitals: who tried it, what became of it, and one measure of them all on one axis."""

from dataclasses import dataclass

import pytest

from node.errors import Problem
from node.services import comparing, fetching, sharing
from node.services.comparing import Idea
from tests.node.services import loops
from tests.support.network import Network, Station
from tests.support.world import Person
from tests.web.pages.browser import Browser

FLAT = (22, 22, 20, 19, 22, 20)


@dataclass(frozen=True)
class Idea4:
    """Ines at the ward learned; the clinic kept it, the lake stopped, the hill has three weeks of numbers, all known at the ward."""

    network: Network
    ward: Station
    ines: Person
    learning_uri: str
    learning_id: int

    async def idea(self) -> Idea:
        return await self.ward.db.read(comparing.idea_of, None, self.learning_id)


@pytest.fixture
async def four(network: Network) -> Idea4:
    ward = await network.node("ward.example", institution_name="Kestrel Bay")
    ines = await ward.user("ines")
    learned = await loops.learned(ward.world, ines)
    uri = (await ward.status(learned)).uri
    for host, name, after in (
        ("clinic.example", "Ashmere General", loops.AFTER),
        ("lake.example", "Nordholm Clinic", FLAT),
        ("hill.example", "Orrin Valley", loops.AFTER[:3]),
    ):
        station = await network.node(host, institution_name=name)
        who = await station.user("omar")
        await station.follow(who, "@ines@ward.example")
        await ward.follow(ines, f"@omar@{host}")
        await network.settle()
        known = await _fetched(station, uri)
        begun = await loops.begun(station.world, who, known)
        await loops.counted(station.world, who, begun, after=after)
        if name == "Nordholm Clinic":
            reason = "The bins are new already."
            await loops.shared(
                station.world, who, begun, decision="abandon", decision_reason=reason, sentence="No change."
            )
        elif name == "Ashmere General":
            await loops.shared(station.world, who, begun)
        await network.settle()
    return Idea4(network, ward, ines, uri, learned)


async def _fetched(station: Station, uri: str) -> int:
    return await fetching.post(station.db, station.fetcher, uri, site=station.site)


async def test_sites_stand_side_by_side_with_what_became_of_the_idea(four: Idea4) -> None:
    """Kept, stopped with its reason, and trying, in order of start and not of what they achieved."""
    idea = await four.idea()

    assert [(site.place, site.word) for site in idea.sites] == [
        ("Ashmere General", "Kept"),
        ("Orrin Valley", "Trying"),
        ("Nordholm Clinic", "Stopped"),
    ]
    assert idea.verdict == (
        "Three hospitals tried it: one kept it; one stopped, because the bins are new already; one is still trying."
    )


async def test_each_site_says_signal_shift_time_and_denominators(four: Idea4) -> None:
    """From its own day 0; a site without shared numbers has its place all the same."""
    shown = {site.place: site for site in (await four.idea()).shown}
    kept, stopped, trying = shown["Ashmere General"], shown["Nordholm Clinic"], shown["Orrin Valley"]

    assert kept.reading is not None
    assert stopped.reading is not None
    assert (kept.reading.has_signal, kept.reading.side, kept.reading.seen_in) == (True, "better", 5)
    assert (kept.reading.shift, kept.reading.total) == (23.0, 800)
    assert (stopped.reading.has_signal, stopped.reading.seen_in) == (False, None)
    assert trying.series is None


async def test_page_of_an_idea_shows_every_result_at_the_same_size(four: Idea4) -> None:
    """Verdict, one figure a site, who tried whose idea as drawing and list, and the way to try it."""
    page = await Browser(four.ward.world.client()).open(f"/ideas/{four.learning_id}")
    figures = [figure.text for figure in page.document.all("figure")]

    assert page.status == 200
    assert len(figures) == 3
    assert "Signal in week 5. Median +23 points." in figures[0]
    assert "50 patients a week, 800 in all." in figures[0]
    assert "No signal." in figures[2]
    assert "Stopped: The bins are new already." in figures[2]
    assert "One sees a signal for the better, one sees no signal." in page.main
    assert "Ashmere General took it from Kestrel Bay on" in page.main
    assert f"/ideas/{four.learning_id}/try" in page.links()


async def test_idea_is_the_same_from_any_of_its_records(four: Idea4) -> None:
    """The share of another hospital leads to the root."""
    idea = await four.idea()
    share = next(site.newest.share for site in idea.sites if site.newest.share)

    assert (await four.ward.db.read(comparing.idea_of, None, share.status_id)).id == idea.id


async def test_trying_begins_where_the_measure_comes_along(four: Idea4) -> None:
    """From the first site elsewhere that kept it and counts so."""
    idea = await four.idea()
    kept = idea.sites[0].newest.share

    assert kept is not None
    assert idea.try_id == kept.status_id


async def test_withdrawn_result_is_said_and_its_numbers_are_not_shown(four: Idea4) -> None:
    """It is no evidence any more."""
    clinic = four.network.nodes["clinic.example"]
    share = next(site.newest.share for site in (await four.idea()).sites if site.newest.share)
    held = await clinic.held(share.uri)
    assert held is not None
    await clinic.db.write(sharing.withdraw, held.account_id, held.id, reason="data-error", explanation="Counted twice.")
    await four.network.settle()

    ashmere = (await four.idea()).shown[0]

    assert ashmere.series is None


async def test_idea_that_nobody_may_see_is_not_there(four: Idea4) -> None:
    """One answer for what is hidden and what is not there."""
    hidden = await loops.learned(four.ward.world, four.ines, visibility="private")

    with pytest.raises(Problem) as caught:
        await four.ward.db.read(comparing.idea_of, None, hidden)

    assert caught.value.status == 404


async def test_learning_that_nobody_tried_says_so(four: Idea4) -> None:
    """An idea without sites is a page too, with the way to try it."""
    alone = await loops.learned(four.ward.world, four.ines, text="Warm the gel first.", visibility="public")

    page = await Browser(four.ward.world.client()).open(f"/ideas/{alone}")

    assert page.status == 200
    assert "Nobody has tried it yet." in page.main


async def test_api_gives_the_same_as_the_page(four: Idea4) -> None:
    """Sites with their words, readings and series; no order by what they achieved."""
    answer = await four.ward.world.client().get(f"/api/rounds/v1/ideas/{four.learning_id}")
    told = answer.json()

    assert answer.status_code == 200
    assert [site["word"] for site in told["sites"]] == ["Kept", "Trying", "Stopped"]
    assert told["sites"][0]["finding"] == "Signal in week 5. Median +23 points."
    assert told["sites"][0]["total"] == 800
    assert told["verdict"].startswith("Three hospitals tried it")
