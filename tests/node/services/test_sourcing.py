"""What a source is called: asked once, by a job, and told by the learnings that came from it."""

from pathlib import Path
from typing import Any

import pytest

from federation.reasons import PeerError, Reason
from node.ports import WebPage
from node.services import learning, posting, recording, sourcing
from node.services.learning import LearningEdit, NewLearning
from node.services.posting import Draft
from node.store import jobs, sources, statuses
from tests.node.services import loops
from tests.support.network import Network
from tests.support.world import Person, World, make_world

CROSSREF = "https://api.crossref.org/works/10.1000%2Fxyz?mailto=it%40ward.example"
PUBMED = (
    "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/esummary.fcgi"
    "?db=pubmed&id=12345678&retmode=json&tool=rounds&email=it%40ward.example"
)
ARXIV = "https://export.arxiv.org/api/query?id_list=2101.00001&max_results=1"
FEED = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>http://arxiv.org/abs/2101.00001v2</id>'
    "<title>Noise at night</title></entry></feed>"
)
TITLE = {"message": {"title": ["Soft lids &amp; <i>sleep</i>"]}}
TEXT = "Soft lids let people sleep.\ndoi:10.1000/xyz"


@pytest.fixture
async def ines(world: World) -> Person:
    return await world.user("ines")


async def test_learning_gets_the_title_of_its_doi_as_its_next_revision(world: World, ines: Person) -> None:
    """It was kept without it first; then its words name the article."""
    world.fetcher.documents[CROSSREF] = TITLE
    learned = await loops.learned(world, ines, TEXT, visibility="public")
    before = await loops.record_of(world, learned)

    await world.work()

    after = await loops.record_of(world, learned)
    shown = await world.db.read(statuses.by_id, learned)
    assert (before.learned_from.doi, before.learned_from.label, before.text) == ("10.1000/xyz", None, None)
    assert (after.learned_from.label, after.revision) == ("Soft lids & sleep", 2)
    assert shown is not None
    assert "Soft lids &amp; sleep</a>" in shown.content_html


async def test_nothing_but_the_identifier_leaves(world: World, ines: Person) -> None:
    """Not a word of what was learned."""
    await loops.learned(world, ines, TEXT, visibility="private")

    await world.work()

    assert world.fetcher.asked == [CROSSREF]


async def test_same_source_is_asked_once(world: World, ines: Person) -> None:
    """The second learning is named from the start."""
    world.fetcher.documents[CROSSREF] = TITLE
    await loops.learned(world, ines, TEXT, visibility="public")
    await world.work()

    second = await loops.learned(world, ines, "We saw it too: https://doi.org/10.1000/XYZ", visibility="public")
    await world.work()

    record = await loops.record_of(world, second)
    assert (record.learned_from.label, record.revision) == ("Soft lids & sleep", 1)
    assert world.fetcher.asked == [CROSSREF]


async def test_titles_of_pubmed_arxiv_and_pages_are_found(world: World, ines: Person) -> None:
    """Each is asked where it is known."""
    page = "https://journal.example/lids"
    world.fetcher.documents[PUBMED] = {"result": {"12345678": {"title": "Lids at night."}}}
    world.fetcher.texts[ARXIV] = FEED
    world.fetcher.pages[page] = WebPage(page, b"<title>Lids &amp; more</title>", "text/html", "utf-8")
    made = [
        await loops.learned(world, ines, f"Lids matter.\n{source}", visibility="public")
        for source in ("PMID 12345678", "arXiv:2101.00001", page)
    ]

    await world.work()
    world.clock.pass_time(minutes=2)
    await world.work()

    labels = [(await loops.record_of(world, one)).learned_from.label for one in made]
    assert labels == ["Lids at night", "Noise at night", "Lids & more"]


async def test_name_that_somebody_typed_stays(world: World, ines: Person) -> None:
    """And nobody is asked."""
    learned = await loops.learned(world, ines, "Lids.", source="10.1000/xyz", source_label="Our journal club")

    await world.work()

    assert (await loops.record_of(world, learned)).learned_from.label == "Our journal club"
    assert world.fetcher.asked == []


async def test_direct_learning_and_page_of_a_narrow_one_are_never_looked_up(world: World, ines: Person) -> None:
    """An identifier tells what somebody reads; the address of a page may be a secret."""
    await loops.learned(world, ines, TEXT, visibility="direct")
    await loops.learned(world, ines, "Lids.\nhttps://intranet.example/secret", visibility="private")

    await world.work()

    assert world.fetcher.asked == []


async def test_source_that_changed_meanwhile_keeps_no_name_of_another(world: World, ines: Person) -> None:
    """The answer counts for the source it was asked about."""
    world.fetcher.documents[CROSSREF] = TITLE
    learned = await loops.learned(world, ines, TEXT, visibility="public")
    await world.db.write(learning.edit, ines.id, learned, LearningEdit(source="10.1000/other"))

    await world.work()

    came_from = (await loops.record_of(world, learned)).learned_from
    assert (came_from.doi, came_from.label) == ("10.1000/other", None)


async def test_withdrawn_learning_stays_as_it_was_withdrawn(world: World, ines: Person) -> None:
    """Nothing is added to what was taken back."""
    world.fetcher.documents[CROSSREF] = TITLE
    learned = await loops.learned(world, ines, TEXT, visibility="public")
    await world.db.write(learning.withdraw, ines.id, learned, reason="mistaken", explanation="Wrong ward.")

    await world.work()

    record = await loops.record_of(world, learned)
    assert (record.revision, record.learned_from.label) == (2, None)


@pytest.mark.parametrize("answer", [{}, {"message": "x"}, {"message": {"title": [{"a": 1}]}}])
async def test_answer_without_a_title_is_not_asked_for_again_for_a_month(
    world: World, ines: Person, answer: dict[str, Any]
) -> None:
    """Nobody can say what it is called; the learning stays as it is."""
    world.fetcher.documents[CROSSREF] = answer
    learned = await loops.learned(world, ines, TEXT, visibility="public")
    await world.work()
    await loops.learned(world, ines, f"Again. {TEXT}", visibility="public")
    await world.work()

    asked = list(world.fetcher.asked)
    world.clock.pass_time(days=31)
    world.fetcher.documents[CROSSREF] = TITLE
    await loops.learned(world, ines, f"Once more. {TEXT}", visibility="public")
    await world.work()

    assert asked == [CROSSREF]
    assert (await loops.record_of(world, learned)).learned_from.label == "Soft lids & sleep"


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        (Reason.NOT_FOUND, "absent"),
        (Reason.FORBIDDEN_ADDRESS, "absent"),
        (Reason.TOO_LARGE, "absent"),
        (Reason.MALFORMED, "absent"),
        (Reason.WRONG_CONTENT_TYPE, "absent"),
        (Reason.UNREACHABLE, "waiting"),
        (Reason.NOT_ALLOWED, "waiting"),
    ],
)
async def test_failure_leaves_the_learning_as_it_is(
    world: World, ines: Person, reason: Reason, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What may go over is tried again a few times; the rest is settled."""

    async def fail(uri: str, *, accept: str) -> dict[str, Any]:
        world.fetcher.asked.append(uri)
        raise PeerError(reason, "no")

    monkeypatch.setattr(world.fetcher, "json", fail)
    learned = await loops.learned(world, ines, TEXT, visibility="public")

    for _ in range(20):
        await world.work()
        world.clock.pass_time(hours=7)

    kept = await world.db.read(sources.by_key, "doi:10.1000/xyz")
    assert kept is not None
    assert kept.state == state
    assert (await loops.record_of(world, learned)).revision == 1
    assert world.fetcher.asked.count(CROSSREF) <= jobs.MAX_ATTEMPTS


async def test_marked_post_keeps_its_words_and_its_record_gets_the_title(world: World, ines: Person) -> None:
    """The author's own words are never touched."""
    world.fetcher.documents[CROSSREF] = TITLE
    post = await world.db.write(posting.post, ines.id, Draft(text=f"{TEXT}\n#learning", visibility="public"))
    before = await world.db.read(statuses.by_id, post)

    await world.work()

    after, record = await world.db.read(statuses.by_id, post), await loops.record_of(world, post)
    assert before is not None
    assert after is not None
    assert after.content_html == before.content_html
    assert after.edited_at is not None
    assert (record.title, record.text) == ("Soft lids let people sleep.", None)
    assert (record.learned_from.label, record.revision) == ("Soft lids & sleep", 2)


async def test_title_reaches_those_who_follow_once(network: Network) -> None:
    """One Update, with the next revision."""
    ward, clinic = await network.node("ward.example"), await network.node("clinic.example")
    ines, omar = await ward.world.user("ines"), await clinic.world.user("omar")
    await clinic.follow(omar, "ines@ward.example")
    await network.settle()
    new = NewLearning(text=TEXT, visibility="public")
    learned = await ward.db.write(learning.record, ines.id, new)
    await network.settle()
    sent = network.wire.asked("clinic.example", "/inbox")
    await ward.db.write(sources.claim, "doi:10.1000/xyz")
    await ward.db.write(sources.settle, "doi:10.1000/xyz", "Soft lids & sleep")
    await ward.db.write(_ask_again)

    await network.settle()

    uri = ward.site.status_uri("ines", learned)
    theirs = await clinic.db.read(statuses.by_uri, uri)
    assert theirs is not None
    kept = await clinic.db.read(recording.kept_of, theirs.id)
    assert kept.record["learnedFrom"]["label"] == "Soft lids & sleep"
    assert kept.revision == 2
    assert network.wire.asked("clinic.example", "/inbox") == sent + 1


def _ask_again(unit: Any) -> None:
    jobs.drop(unit, "source", "doi:10.1000/xyz")
    jobs.add(unit, "source", "doi:10.1000/xyz", source="doi:10.1000/xyz", link=None)


@pytest.mark.parametrize("decided", [{"source_lookup": False}, {"federation_mode": "off"}])
async def test_nobody_is_asked_where_the_node_says_so(
    database_url: str, tmp_path: Path, decided: dict[str, Any]
) -> None:
    """The learning is kept all the same."""
    world = await make_world(database_url, tmp_path, **decided)
    ines = await world.user("ines")

    learned = await loops.learned(world, ines, TEXT, visibility="public")
    await world.work()

    known = await world.db.write(sourcing.known, "10.1000/xyz")
    assert world.fetcher.asked == []
    assert (await loops.record_of(world, learned)).learned_from.doi == "10.1000/xyz"
    assert known is not None
    assert known.state == "unknown"
    await world.close()


async def test_typed_source_is_looked_up_and_known_after_that(world: World, ines: Person) -> None:
    """While it is being typed somebody may ask what it is called."""
    world.fetcher.documents[CROSSREF] = TITLE
    first = await world.db.write(sourcing.known, "see https://doi.org/10.1000/xyz.")
    await world.work()
    second = await world.db.write(sourcing.known, "10.1000/XYZ")

    assert first is not None
    assert second is not None
    assert (first.state, first.title, second.state, second.title) == ("waiting", None, "found", "Soft lids & sleep")
    assert await world.db.write(sourcing.known, "no source at all") is None
