"""What moderators decide about a host, and what follows from it in both directions."""

import pytest
from sqlalchemy import select

from node.errors import Problem
from node.services import following, policing, posting, reading, searching
from node.services.policing import Decided
from node.services.reading import Wanted
from node.services.searching import Query
from node.social.policy import Level
from node.store import accounts, domains, follows, held, tables
from node.store.domains import Domain
from node.store.lines import Page
from node.store.timelines import Feed, public
from node.store.unit import Snapshot
from tests.node.federating.conftest import Ward
from tests.support.network import Network, Station

MODERATOR = "moderator"


async def decide(node: Station, host: str, level: Level, *, no_media: bool = False) -> Decided:
    """Take a decision as the command line does."""
    domain = Domain(host, level, no_media=no_media)
    return await node.db.write(policing.decide, domain, by=MODERATOR)


def _deliveries(snapshot: Snapshot) -> list[tuple[str, str | None]]:
    t = tables.deliveries
    return [tuple(row) for row in snapshot.conn.execute(select(t.c.state, t.c.last_error).order_by(t.c.id))]


async def test_suspending_ends_follows_in_both_directions_and_hides_the_posts(ward: Ward) -> None:
    """The counts follow, and taking the decision back brings the posts back, not the follows."""
    create = ward.okapi.create()
    await ward.takes(create)
    await ward.takes(ward.okapi.follow("https://ward.example/users/asha"))
    uri = create["object"]["id"]

    done = await decide(ward.node, "masto.example", "suspend")
    hidden = await ward.node.shown(ward.asha, uri)
    asha = await ward.node.db.read(accounts.by_id, ward.asha.id)
    await ward.node.db.write(policing.forget, "masto.example", by=MODERATOR)
    shown = await ward.node.shown(ward.asha, uri)

    assert (done.cut.accounts, done.cut.following, done.cut.followers) == (1, 1, 1)
    assert hidden is None
    assert asha is not None
    assert (asha.following_count, asha.followers_count) == (0, 0)
    assert shown is not None
    assert "okapi" in shown.json


async def test_who_loses_follows_is_told_and_gets_them_back_by_asking_again(ward: Ward) -> None:
    """Preview, decision and notification say the same numbers; what one chose for a follow is kept."""
    await ward.takes(ward.okapi.follow(ward.asha.account.uri))
    okapi = await ward.node.find(ward.okapi.handle)
    await ward.node.db.write(
        following.follow, ward.asha.id, okapi.id, following.Wanted(shows_boosts=False, notifies=True)
    )
    suspension = Domain("masto.example", "suspend")
    said = (await ward.node.db.read(policing.preview, [suspension]))["masto.example"]

    done = await ward.node.db.write(policing.decide, suspension, by=MODERATOR)
    client = ward.node.world.client(ward.asha)
    told = (await client.get("/api/v1/notifications?types[]=severed_relationships")).json()
    others = (await client.get("/api/v1/notifications?exclude_types[]=severed_relationships")).json()
    grouped = (await client.get("/api/v2/notifications?types[]=severed_relationships")).json()["notification_groups"]
    back = await decide(ward.node, "masto.example", "allow")
    await ward.network.settle()
    follow = await ward.node.db.read(follows.between, ward.asha.id, okapi.id)

    [event] = [one["event"] for one in told]
    assert (event["type"], event["target_name"], event["purged"]) == ("domain_block", "masto.example", False)
    assert (event["following_count"], event["followers_count"]) == (said.following, said.followers) == (1, 1)
    assert said == done.cut
    assert ([event], []) == ([one["event"] for one in grouped], [one for one in others if "event" in one])
    assert (back.asked_again, len(ward.peer.got("Follow"))) == (1, 2)
    assert follow is not None
    assert (follow.is_accepted, follow.shows_boosts, follow.notifies) == (False, False, True)


async def test_follows_are_asked_for_again_once_and_not_while_the_host_is_suspended(ward: Ward) -> None:
    """Forgetting brings nothing back, a later word does; a follow that somebody made anew meanwhile is left alone."""
    otto = await ward.node.user("otto")
    await ward.node.follow(otto, ward.okapi.handle)
    await ward.network.settle()
    for one in ward.peer.got("Follow"):
        await ward.okapi.sends(ward.node, ward.okapi.activity("Accept", one))
    await decide(ward.node, "masto.example", "suspend")
    await decide(ward.node, "masto.example", "suspend")
    await ward.node.db.write(policing.forget, "masto.example", by=MODERATOR)
    await ward.node.follow(otto, ward.okapi.handle)
    await ward.network.settle()
    before = len(ward.peer.got("Follow"))

    first = await decide(ward.node, "masto.example", "allow")
    await ward.network.settle()
    second = await decide(ward.node, "masto.example", "allow")

    assert (before, len(ward.peer.got("Follow"))) == (3, 4)
    assert (first.asked_again, second.asked_again) == (2, 0)


async def test_a_preview_counts_for_the_nearest_decision(ward: Ward) -> None:
    """Nobody is counted twice, nor who was let in beside a suspended name."""
    names = ("example", "masto.example")
    both = await ward.node.db.read(policing.preview, [Domain(one, "suspend") for one in names])
    await decide(ward.node, "masto.example", "allow")
    beside = await ward.node.db.read(policing.preview, [Domain("example", "suspend")])

    assert list(both) == ["masto.example"]
    assert beside == {}


async def test_an_account_that_changed_while_hidden_shows_whole_again(ward: Ward) -> None:
    """Its rendered part says for itself that it is suspended, and must not go on saying so."""
    await decide(ward.node, "masto.example", "suspend")
    okapi = await ward.node.db.read(accounts.by_uri, ward.okapi.uri)
    assert okapi is not None
    await ward.node.db.write(accounts.change, okapi, display_name="Okapi")

    await decide(ward.node, "masto.example", "allow")
    after = await ward.node.db.read(accounts.by_uri, ward.okapi.uri)

    assert after is not None
    assert (after.is_suspended, '"suspended":true' in after.part) == (False, False)


async def test_what_waits_for_a_host_is_given_up_with_the_reason(ward: Ward) -> None:
    """And what is queued nevertheless goes nowhere."""
    await ward.takes(ward.okapi.follow("https://ward.example/users/asha"))
    ward.network.down("masto.example")
    await ward.node.post(ward.asha, "Hand gel by every bed")
    await ward.node.drain()

    done = await decide(ward.node, "masto.example", "suspend")
    asked = len(ward.network.wire.sent)
    ward.network.up("masto.example")
    ward.network.clock.pass_time(days=1)
    await ward.network.settle()

    assert done.dropped_deliveries == 1
    assert (await ward.node.db.read(_deliveries))[-1] == ("dropped", "blocked")
    assert asked == len(ward.network.wire.sent)


async def test_an_unlisted_host_gets_nothing_that_was_queued(network: Network) -> None:
    """A list that grows shorter holds for what waits, too."""
    node = await network.node("ward.example", federation_mode="allowlist")
    asha = await node.user("asha")
    okapi = network.peer("masto.example").actor("okapi")
    await decide(node, "masto.example", "allow")
    await node.follow(asha, okapi.handle)
    await node.db.write(policing.forget, "masto.example", by=MODERATOR)
    asked = len(network.wire.sent)

    await network.settle()

    assert [one for one in await node.db.read(_deliveries) if one[0] != "dropped"] == []
    assert asked == len(network.wire.sent)


async def test_a_deletion_is_not_queued_for_a_host_that_is_refused(ward: Ward) -> None:
    """Others who were sent the post are told."""
    zebra = ward.network.peer("other.example").actor("zebra", key=1)
    for one in (ward.okapi, zebra):
        await ward.takes(one.follow("https://ward.example/users/asha"), by=one)
    post = await ward.node.post(ward.asha, "Hand gel by every bed")
    await ward.network.settle()
    await decide(ward.node, "masto.example", "suspend")
    before = len(await ward.node.db.read(_deliveries))

    await ward.node.db.write(posting.delete, ward.asha.id, post.id)
    await ward.network.settle()

    assert len(await ward.node.db.read(_deliveries)) - before == 1
    assert (len(ward.peer.got("Delete")), len(zebra.peer.got("Delete"))) == (0, 1)


async def test_a_blocked_host_cannot_be_followed_or_looked_up(ward: Ward) -> None:
    """And the person reads why."""
    okapi = await ward.node.find(ward.okapi.handle)
    await decide(ward.node, "masto.example", "suspend")
    query = Query(text="@zebra@sub.masto.example", viewer_id=ward.asha.id, is_resolving=True)

    with pytest.raises(Problem) as followed:
        await ward.node.db.write(following.follow, ward.asha.id, okapi.id)
    with pytest.raises(Problem) as looked_up:
        await searching.search(ward.node.db, ward.node.fetcher, query, site=ward.node.site)

    assert (followed.value.status, followed.value.code) == (422, "blocked")
    assert (looked_up.value.status, looked_up.value.code) == (422, "blocked")
    assert "This node does not speak with sub.masto.example" in looked_up.value.text


async def test_a_limited_host_shows_to_its_followers_alone(ward: Ward) -> None:
    """Not in public timelines, searches or notices of others; it can still be followed."""
    otto = await ward.node.user("otto")
    post = ward.okapi.create(tag=[{"type": "Mention", "href": "https://ward.example/users/otto"}], content="<p>Hi</p>")
    post["object"]["to"].append("https://ward.example/users/otto")
    await ward.takes(post)
    before = await ward.node.count(otto, "mention")

    await decide(ward.node, "masto.example", "limit")

    async def seen(person_id: int) -> tuple[int, int]:
        lines = await ward.node.db.read(public, person_id, Page(), Feed())
        found = await searching.search(
            ward.node.db, ward.node.fetcher, Query(text="okapi", viewer_id=person_id), site=ward.node.site
        )
        return len(lines), len(found.accounts)

    assert await seen(ward.asha.id) == (1, 1)
    assert await seen(otto.id) == (0, 0)
    assert await ward.node.db.read(public, None, Page(), Feed()) == []
    assert (before, await ward.node.count(otto, "mention")) == (1, 0)
    await ward.node.follow(otto, ward.okapi.handle)


@pytest.mark.parametrize("mode", ["open", "allowlist"])
async def test_a_follow_from_a_limited_account_waits_for_an_answer(network: Network, mode: str) -> None:
    """Although asha is not locked. It is no notification for apps, which list requests; the page asks for an answer."""
    node = await network.node("ward.example", federation_mode=mode)
    asha = await node.user("asha")
    okapi = network.peer("masto.example").actor("okapi")
    await decide(node, "masto.example", "limit")

    await okapi.sends(node, okapi.follow(asha.account.uri))
    await network.settle()
    asked = await node.world.client(asha).get("/api/v1/follow_requests")
    told = await node.count(asha, "follow_request")
    page = (await node.db.read(reading.notification_page, asha.id, Page(), Wanted(has_every_request=True)))[0]
    before = list(okapi.peer.got("Accept"))
    await node.db.write(following.accept, asha.id, page.from_id)
    await network.settle()

    assert ([one["username"] for one in asked.json()], told) == (["okapi"], 0)
    assert (page.kind, before, len(okapi.peer.got("Accept"))) == ("follow_request", [], 1)


async def test_the_institution_takes_followers_of_limited_servers(ward: Ward) -> None:
    """Nobody could answer for it, and what it says is public."""
    await decide(ward.node, "masto.example", "limit")

    await ward.takes(ward.okapi.follow(ward.node.site.actor_uri("institution")))

    assert len(ward.peer.got("Accept")) == 1


@pytest.mark.parametrize("mode", ["open", "allowlist"])
async def test_a_limited_stranger_notifies_nobody(network: Network, mode: str) -> None:
    """Somebody who follows it is told as ever."""
    node = await network.node("ward.example", federation_mode=mode)
    asha, otto = await node.user("asha"), await node.user("otto")
    okapi = network.peer("masto.example").actor("okapi")
    await decide(node, "masto.example", "limit")
    await node.follow(asha, okapi.handle)
    await network.settle()
    await okapi.sends(node, okapi.activity("Accept", okapi.peer.got("Follow")[0]))
    posts = [await node.post(one, "Hand gel by every bed") for one in (asha, otto)]

    for post in posts:
        await okapi.sends(node, okapi.like(post.uri))
        await okapi.sends(node, okapi.announce(post.uri))
    await network.settle()

    told = [[await node.count(one, kind) for kind in ("favourite", "reblog")] for one in (asha, otto)]
    assert told == [[1, 1], [0, 0]]


async def test_a_new_account_of_a_limited_host_is_limited(ward: Ward) -> None:
    """The mark is there from the first row on."""
    await decide(ward.node, "masto.example", "limit")

    zebra = await ward.node.find(ward.peer.actor("zebra").handle)

    assert zebra.is_limited


async def test_pictures_of_a_host_without_media_are_not_kept(ward: Ward) -> None:
    """Neither those of posts nor those of people."""
    await decide(ward.node, "masto.example", "none", no_media=True)
    zebra = ward.peer.actor("zebra", icon={"type": "Image", "url": "https://masto.example/zebra.png"})
    picture = {"type": "Document", "mediaType": "image/png", "url": "https://masto.example/a.png"}

    kept = await ward.node.find(zebra.handle)
    post = ward.okapi.create(attachment=[picture])
    await ward.takes(post)
    shown = await ward.node.shown(ward.asha, post["object"]["id"])

    assert kept.avatar is None
    assert shown is not None
    assert '"media_attachments":[]' in shown.json


async def test_what_a_reviewed_host_sends_is_held_and_then_carried_out_in_order(ward: Ward) -> None:
    """It is answered 202, shown to nobody, and goes on when a person lets the host in."""
    await decide(ward.node, "masto.example", "review")
    first, second = ward.okapi.create("One"), ward.okapi.create("Two")
    edit = ward.okapi.activity("Update", first["object"] | {"content": "<p>One and a half</p>"})

    answers = [await ward.takes(one) for one in (first, second, edit, edit)]
    before = await ward.node.held(first["object"]["id"])
    waiting = await ward.node.db.read(held.count, "masto.example")
    done = await decide(ward.node, "masto.example", "allow")
    await ward.network.settle()

    assert [(one.status_code, one.json()["reason"]) for one in answers] == [(202, "held")] * 4
    assert (before, waiting, done.released) == (None, 3, 3)
    assert await ward.node.db.read(held.count) == 0
    edited = await ward.holds(first["object"]["id"])
    assert "One and a half" in edited.content_html
    assert await ward.node.held(second["object"]["id"]) is not None


async def test_suspending_a_reviewed_host_drops_what_is_held(ward: Ward) -> None:
    """Nothing of it comes back with a later change of mind."""
    await decide(ward.node, "masto.example", "review")
    create = ward.okapi.create()
    await ward.takes(create)

    done = await decide(ward.node, "masto.example", "suspend")
    await decide(ward.node, "masto.example", "allow")
    await ward.network.settle()

    assert done.dropped_held == 1
    assert await ward.node.held(create["object"]["id"]) is None


async def test_what_is_held_is_bounded(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond that the peer is asked to come again."""
    monkeypatch.setattr(held, "MAX_HELD_OF_HOST", 1)
    await decide(ward.node, "masto.example", "review")

    answers = [await ward.takes(ward.okapi.create(text)) for text in ("One", "Two")]

    assert [answer.status_code for answer in answers] == [202, 503]
    assert "retry-after" in answers[1].headers


async def test_an_uninvited_host_is_held_at_first_contact(network: Network) -> None:
    """With the quarantine on, a person looks first; whom one of ours wrote to is expected."""
    node = await network.node("ward.example", quarantine=True)
    asha = await node.user("asha")
    stranger = network.peer("stranger.example").actor("okapi", key=1)
    friend = network.peer("friend.example").actor("zebra")
    await node.follow(asha, friend.handle)
    await network.settle()

    answers = [
        await stranger.sends(node, stranger.follow("https://ward.example/users/asha")),
        await friend.sends(node, friend.activity("Accept", network.peer("friend.example").got("Follow")[0])),
    ]
    await network.settle()

    assert [answer.status_code for answer in answers] == [202, 202]
    assert await node.db.read(held.counts) == {"stranger.example": 1}
    decision = await node.db.read(domains.by_host, "stranger.example")
    assert decision is not None
    assert (decision.level, decision.private_comment) == ("review", policing.FIRST_CONTACT)
    found = await node.db.read(accounts.by_id, asha.id)
    assert found is not None
    assert (found.following_count, found.followers_count) == (1, 0)


async def test_reports_of_a_host_can_be_turned_away(ward: Ward) -> None:
    """While everything else of it is taken."""
    await ward.node.db.write(policing.decide, Domain("masto.example", "none", no_reports=True), by=MODERATOR)

    report = await ward.takes(ward.okapi.activity("Flag", ["https://ward.example/users/asha"], content="Rude"))
    post = await ward.takes(ward.okapi.create())

    assert (report.status_code, report.json()["reason"]) == (202, "not-allowed")
    assert post.json()["verdict"] == "accepted"


async def test_every_decision_is_audited(ward: Ward) -> None:
    """Who decided what about whom."""
    await decide(ward.node, "masto.example", "suspend")
    await ward.node.db.write(policing.forget, "masto.example", by=MODERATOR)

    def rows(snapshot: Snapshot) -> list[tuple[str, str, str]]:
        t = tables.audit
        found = snapshot.conn.execute(select(t.c.actor, t.c.act, t.c.object).order_by(t.c.id))
        return [tuple(row) for row in found if row[1].startswith("peer.")]

    assert await ward.node.db.read(rows) == [
        (MODERATOR, "peer.suspend", "masto.example"),
        (MODERATOR, "peer.forget", "masto.example"),
    ]


async def test_nobody_decides_about_our_own_host(ward: Ward) -> None:
    """It would cut the node off from itself."""
    with pytest.raises(Problem):
        await decide(ward.node, "ward.example", "suspend")
