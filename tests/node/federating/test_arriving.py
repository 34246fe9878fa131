"""What a peer sends and in which order: everything takes effect once, whoever owns it, however it comes."""

import asyncio

from node.services import reacting
from node.store import accounts, favourites, follows, media, records, statuses
from tests.node.federating.conftest import Ward
from tests.support.peers import PUBLIC


async def test_a_post_with_media_arrives_with_its_alt_text(ward: Ward) -> None:
    """The description is what a reader who cannot see the picture gets."""
    picture = {
        "type": "Image",
        "mediaType": "image/png",
        "url": "https://masto.example/media/1.png",
        "name": "A chart that falls",
        "width": 640,
        "height": 480,
    }
    create = ward.okapi.create("Look", attachment=[picture])

    await ward.takes(create)

    held = await ward.holds(create["object"]["id"])
    files = await ward.node.db.read(media.of_status, held.id)
    assert [(f.kind, f.description, f.width) for f in files] == [("image", "A chart that falls", 640)]


async def test_twenty_copies_at_once_take_effect_once(ward: Ward) -> None:
    """Duplicates in parallel, to shared and own inbox alike: one post, one favourite, one follow, one boost."""
    post = await ward.node.post(ward.asha, "Gel by every bed")
    acts = [
        ward.okapi.create("@asha look", to=[PUBLIC, ward.asha.account.uri], tag=[_mention(ward)]),
        ward.okapi.like(post.uri),
        ward.okapi.follow(ward.asha.account.uri),
        ward.okapi.announce(post.uri),
    ]
    paths = ("/inbox", "/users/asha/inbox")

    answers = await asyncio.gather(
        *(ward.okapi.sends(ward.node, act, path=paths[i % 2]) for act in acts for i in range(20))
    )
    await ward.network.settle()

    line = await ward.node.shown(ward.asha, post.uri)
    assert {answer.status_code for answer in answers} == {202}
    assert line is not None
    assert '"favourites_count":1' in line.json
    assert '"reblogs_count":1' in line.json
    kinds = ("mention", "favourite", "follow", "reblog")
    assert [await ward.node.count(ward.asha, kind) for kind in kinds] == [1, 1, 1, 1]
    assert len(ward.peer.got("Accept")) == 1


async def test_the_same_like_under_another_id_counts_once(ward: Ward) -> None:
    """The pair of actor and post decides, not the id."""
    post = await ward.node.post(ward.asha, "Gel by every bed")

    for _ in range(3):
        await ward.takes(ward.okapi.like(post.uri))

    line = await ward.node.shown(ward.asha, post.uri)
    assert line is not None
    assert '"favourites_count":1' in line.json


async def test_a_post_that_was_deleted_before_it_came_stays_away(ward: Ward) -> None:
    """An hour or a second later: the tombstone blocks it."""
    create = ward.okapi.create("Never mind")
    await ward.takes(ward.okapi.activity("Delete", create["object"]["id"]))
    ward.network.clock.pass_time(hours=1)

    answer = await ward.takes(create)

    assert answer.json() == {"verdict": "ignored", "reason": "gone"}
    assert await ward.node.held(create["object"]["id"]) is None


async def test_a_like_that_was_undone_before_it_came_does_not_count(ward: Ward) -> None:
    """The early Undo is remembered."""
    post = await ward.node.post(ward.asha, "Gel by every bed")
    like = ward.okapi.like(post.uri)
    await ward.takes(ward.okapi.undo(like))

    await ward.takes(like)

    okapi = await ward.node.find(ward.okapi.handle)
    assert await ward.node.db.read(favourites.of, okapi.id, post.id) is None


async def test_a_follow_that_was_undone_before_it_came_does_not_count(ward: Ward) -> None:
    """Nobody follows against their will."""
    follow = ward.okapi.follow(ward.asha.account.uri)
    await ward.takes(ward.okapi.undo(follow))

    await ward.takes(follow)

    okapi = await ward.node.find(ward.okapi.handle)
    assert await ward.node.db.read(follows.between, okapi.id, ward.asha.id) is None


async def test_a_follow_may_come_and_go_again_by_the_same_ids(ward: Ward) -> None:
    """Misskey has one id for all follows of a pair; what changes nothing is still seen once."""
    follow = ward.okapi.follow(ward.asha.account.uri)
    undo = ward.okapi.undo(follow)
    edges = []

    for act in (follow, follow, undo, undo, follow, undo, follow):
        await ward.takes(act)
        okapi = await ward.node.find(ward.okapi.handle)
        edges.append(await ward.node.db.read(follows.between, okapi.id, ward.asha.id) is not None)

    assert edges == [True, True, False, False, True, False, True]
    assert len(ward.peer.got("Accept")) == 3


async def test_a_like_may_come_and_go_again_by_the_same_id(ward: Ward) -> None:
    """NodeBB has one id for every like of somebody for a post."""
    post = await ward.node.post(ward.asha, "Gel by every bed")
    like = ward.okapi.like(post.uri)
    likes = []

    for act in (like, like, ward.okapi.undo(like), like, like):
        await ward.takes(act)
        okapi = await ward.node.find(ward.okapi.handle)
        likes.append(await ward.node.db.read(favourites.of, okapi.id, post.id) is not None)

    assert likes == [True, True, False, True, True]


async def test_a_later_edit_may_come_by_the_id_of_the_first(ward: Ward) -> None:
    """Friendica has one id for all edits of a post; the same edit again is seen once."""
    create = ward.okapi.create("First", published="2025-12-30T07:00:00Z")
    await ward.takes(create)
    post = create["object"]
    edits = [
        ward.okapi.activity("Update", post | {"content": f"<p>{text}</p>", "updated": f"2025-12-30T0{hour}:00:00Z"})
        | {"id": f"{post['id']}/Update"}
        for text, hour in (("Second", 8), ("Third", 9))
    ]
    texts = []

    for edit in (edits[0], edits[1], edits[1], edits[0]):
        await ward.takes(edit)
        texts.append((await ward.holds(post["id"])).content_html)

    assert texts == ["<p>Second</p>", "<p>Third</p>", "<p>Third</p>", "<p>Third</p>"]


async def test_edits_in_any_order_end_at_the_newest(ward: Ward) -> None:
    """Five versions arrive shuffled; what was said last stands."""
    create = ward.okapi.create("version 0")
    note = create["object"]
    versions = []
    for number in range(1, 6):
        ward.network.clock.pass_time(minutes=1)
        updated = ward.network.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        changed = note | {"content": f"<p>version {number}</p>", "updated": updated}
        versions.append(ward.okapi.activity("Update", changed))
    await ward.takes(create)

    for place in (2, 0, 4, 1, 3):
        await ward.takes(versions[place])

    held = await ward.holds(note["id"])
    assert held.content_html == "<p>version 5</p>"
    assert held.edited_at == ward.network.clock.now()


async def test_of_two_edits_with_equal_times_the_same_one_stands_in_either_order(ward: Ward) -> None:
    """The order of arrival must not decide."""
    ends = []
    for order in (("one", "two"), ("two", "one")):
        create = ward.okapi.create("start")
        await ward.takes(create)
        ward.network.clock.pass_time(minutes=1)
        updated = ward.network.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        for text in order:
            changed = create["object"] | {"content": f"<p>{text}</p>", "updated": updated}
            await ward.takes(ward.okapi.activity("Update", changed))
        ends.append((await ward.holds(create["object"]["id"])).content_html)

    assert ends[0] == ends[1]


async def test_an_edit_without_a_time_is_one_when_it_says_something_else(ward: Ward) -> None:
    """The time of receipt counts; the same words again mark nothing."""
    create = ward.okapi.create("40 mg")
    await ward.takes(create)
    ward.network.clock.pass_time(minutes=3)
    corrected = create["object"] | {"content": "<p>4 mg</p>"}

    await ward.takes(ward.okapi.activity("Update", corrected))
    edited_at = ward.network.clock.now()
    ward.network.clock.pass_time(minutes=3)
    await ward.takes(ward.okapi.activity("Update", corrected))

    held = await ward.holds(create["object"]["id"])
    assert (held.content_html, held.edited_at) == ("<p>4 mg</p>", edited_at)


async def test_of_two_records_of_one_revision_the_same_stands_whatever_their_times(ward: Ward) -> None:
    """An edit that says no later time than the post is one of now; which record stands may not hang on that."""
    ends = []
    for order in (("Ask twice.", "Ask once."), ("Ask once.", "Ask twice.")):
        create = ward.okapi.create("start")
        note = create["object"]
        await ward.takes(create)
        for title in order:
            ward.network.clock.pass_time(minutes=1)
            record = {"schemaVersion": 1, "type": "Learning", "title": title, "revision": 2}
            said = {"content": f"<p>Learning: {title}</p>", "updated": note["published"], "learningRecord": record}
            await ward.takes(ward.okapi.activity("Update", note | said))
        held = await ward.holds(note["id"])
        kept = await ward.node.db.read(records.of_status, held.id)
        assert kept is not None
        ends.append((kept.title, held.content_html))

    assert ends[0] == ends[1]


async def test_an_update_before_its_create_makes_the_post_once(ward: Ward) -> None:
    """The late Create finds it there and does not take it back."""
    create = ward.okapi.create("old words")
    updated = ward.network.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    changed = create["object"] | {"content": "<p>new words</p>", "updated": updated}

    await ward.takes(ward.okapi.activity("Update", changed))
    await ward.takes(create)

    assert (await ward.holds(create["object"]["id"])).content_html == "<p>new words</p>"


async def test_nobody_changes_or_deletes_what_another_actor_wrote(ward: Ward) -> None:
    """Neither a neighbour on the same server, of whom its origin is asked, nor anybody elsewhere."""
    finch, heron = ward.peer.actor("finch", key=1), ward.network.peer("gts.example").actor("heron", key=1)
    await ward.node.find(finch.handle)
    await ward.node.find(heron.handle)
    create = ward.okapi.create("mine")
    await ward.takes(create)
    ward.peer.publish(create["object"])
    uri = create["object"]["id"]
    stolen = create["object"] | {"content": "<p>yours</p>", "updated": "2026-11-25T09:00:00Z"}

    neighbour = await ward.takes(finch.activity("Update", stolen), by=finch)
    answers = [
        await ward.takes(finch.activity("Update", stolen | {"attributedTo": finch.uri}), by=finch),
        await ward.takes(heron.activity("Update", stolen), by=heron),
        await ward.takes(finch.activity("Delete", uri), by=finch),
        await ward.takes(heron.activity("Delete", uri), by=heron),
    ]

    assert (await ward.holds(uri)).content_html == "<p>mine</p>"
    assert neighbour.json()["verdict"] == "queued"
    assert {(answer.status_code, answer.json()["reason"]) for answer in answers} == {(403, "not-owner")}


async def test_a_boost_of_an_unknown_post_fetches_it_with_its_author(ward: Ward) -> None:
    """The post comes from its own origin, not from the booster."""
    other = ward.network.peer("gts.example")
    heron = other.actor("heron", key=1)
    note = other.publish(heron.note("From the third place"))

    answer = await ward.takes(ward.okapi.announce(note["id"]))

    assert answer.json()["verdict"] == "queued"
    assert (await ward.holds(note["id"])).content_html == "<p>From the third place</p>"
    assert len(await ward.node.home(ward.asha)) == 1


async def test_a_boost_waits_while_the_origin_is_down(ward: Ward) -> None:
    """Bounded retry; the post is there once when its host is."""
    other = ward.network.peer("gts.example")
    note = other.publish(other.actor("heron", key=1).note("Worth it"))
    ward.network.down("gts.example")
    await ward.takes(ward.okapi.announce(note["id"]))
    before = await ward.node.held(note["id"])

    ward.network.up("gts.example")
    ward.network.clock.pass_time(minutes=5)
    await ward.network.settle()

    assert before is None
    assert len(await ward.node.home(ward.asha)) == 1


async def test_a_followers_only_post_cannot_be_boosted_by_another(ward: Ward) -> None:
    """What is not for all stays where it is."""
    other = ward.network.peer("gts.example")
    heron = other.actor("heron", key=1)
    note = other.publish(heron.note("For few", to=[f"{heron.uri}/followers"], cc=[]))

    await ward.takes(ward.okapi.announce(note["id"]))

    assert await ward.node.held(note["id"]) is None


async def test_a_reply_whose_parent_is_unknown_brings_its_parent(ward: Ward) -> None:
    """The reader sees what the reply is about; the parent's author need not be followed."""
    other = ward.network.peer("gts.example")
    parent = other.publish(other.actor("heron", key=1).note("The question"))
    reply = ward.okapi.create("The answer", inReplyTo=parent["id"])

    await ward.takes(reply)

    held = await ward.holds(reply["object"]["id"])
    assert held.reply_to_id == (await ward.holds(parent["id"])).id


async def test_a_parent_that_cannot_be_had_holds_nothing_up(ward: Ward) -> None:
    """The reply is there; the parent is adopted when it arrives."""
    parent = ward.okapi.create("The question")
    ward.network.down("masto.example")
    reply = ward.okapi.create("The answer", inReplyTo=parent["object"]["id"])
    request = ward.okapi.signed(ward.node, reply)
    await ward.node.world.client().post("/inbox", content=request.content, headers=dict(request.headers))
    await ward.network.settle()
    before = await ward.holds(reply["object"]["id"])

    ward.network.up("masto.example")
    await ward.takes(parent)

    after = await ward.holds(reply["object"]["id"])
    assert before.reply_to_id is None
    assert after.reply_to_id == (await ward.holds(parent["object"]["id"])).id
    line = await ward.node.shown(ward.asha, parent["object"]["id"])
    assert line is not None
    assert '"replies_count":1' in line.json


async def test_an_account_that_deletes_itself_is_gone_with_its_posts(ward: Ward) -> None:
    """And its favourites no longer count."""
    create = ward.okapi.create("I was here")
    await ward.takes(create)

    await ward.takes(ward.okapi.activity("Delete", ward.okapi.uri))

    assert await ward.node.held(create["object"]["id"]) is None
    assert await ward.node.db.read(accounts.by_uri, ward.okapi.uri) is None


async def test_a_changed_profile_is_taken_over(ward: Ward) -> None:
    """Name and bio change, the handle never."""
    changed = ward.okapi.document(name="Okapi the Second", preferredUsername="someone_else")

    await ward.takes(ward.okapi.activity("Update", changed))

    account = await ward.node.db.read(accounts.by_uri, ward.okapi.uri)
    assert account is not None
    assert (account.display_name, account.acct) == ("Okapi the Second", "okapi@masto.example")


async def test_a_favourite_of_a_peers_post_goes_to_its_author(ward: Ward) -> None:
    """Like and its Undo, both with the id of the Like."""
    create = ward.okapi.create("Like me")
    await ward.takes(create)
    held = await ward.holds(create["object"]["id"])

    await ward.node.favourite(ward.asha, held)
    await ward.network.settle()
    await ward.node.db.write(reacting.unfavourite, ward.asha.id, held.id)
    await ward.network.settle()

    like, undo = ward.peer.got("Like")[0], ward.peer.got("Undo")[0]
    assert like["object"] == create["object"]["id"]
    assert undo["object"]["id"] == like["id"]


async def test_what_a_post_says_is_made_harmless(ward: Ward) -> None:
    """Scripts go, zero bytes go, words stay."""
    create = ward.okapi.create("x", content="<p>Good\u0000 <script>alert(1)</script><b onclick=x>day</b></p>")

    answer = await ward.takes(create)

    assert answer.status_code == 202
    held = await ward.holds(create["object"]["id"])
    assert "script" not in held.content_html
    assert "onclick" not in held.content_html
    assert "\u0000" not in held.content_html
    assert (await ward.node.db.read(statuses.by_uri, held.uri)) == held


def _mention(ward: Ward) -> dict[str, str]:
    return {"type": "Mention", "href": ward.asha.account.uri, "name": "@asha@ward.example"}
