"""What apps rely on about quotes; each test is named by the behaviour it shows."""

from typing import Any

import pytest

from federation.loose import PUBLIC
from node.services import following
from node.store import tables
from node.store.unit import Unit
from tests.contract.behaviours.posts import STATUSES, Json, act, file, post, refused, seen, tried
from tests.contract.entities import faults
from tests.support.network import Network, Station
from tests.support.world import Person, World


async def quote(world: World, who: Person, status: Json, text: str = "Worth a look", **more: Any) -> Json:
    """Quote a post and return the Status."""
    return await post(world, who, text, quoted_status_id=status["id"], **more)


async def policy(world: World, who: Person, status: Json, word: str) -> Json:
    """Change who may quote a post and return it."""
    path = f"{STATUSES}/{status['id']}/interaction_policy"
    found: Json = (await world.client(who).put(path, json={"quote_approval_policy": word})).json()
    return found


async def theirs(ward: Station, network: Network, reader: Person, **more: Any) -> Json:
    """Let a peer post and return it as the node holds it."""
    okapi = network.peer("masto.example").actor("okapi")
    create = okapi.create("From afar", to=[PUBLIC, reader.account.uri], **more)
    await okapi.sends(ward, create)
    await network.settle()
    held = await ward.held(create["object"]["id"])
    assert held is not None
    return {"id": str(held.id)}


async def test_QUO_001_a_local_quotable_status_is_quoted_at_once(world: World) -> None:
    """State accepted, with the whole post inside."""
    ines, ben = await world.user("ines"), await world.user("ben")
    first = await post(world, ines)

    made = await quote(world, ben, first)

    assert faults("Status", made) == []
    assert (made["quote"]["state"], made["quote"]["quoted_status"]["id"]) == ("accepted", first["id"])


async def test_QUO_002_a_remote_status_is_pending_until_its_author_answers(network: Network) -> None:
    """The peer is asked."""
    ward = await network.node("ward.example")
    asha = await ward.user("asha")
    rules = {"interactionPolicy": {"canQuote": {"automaticApproval": PUBLIC}}}
    status = await theirs(ward, network, asha, **rules)

    made = await quote(ward.world, asha, status)
    await network.settle()

    assert made["quote"] == {"state": "pending", "quoted_status": None}
    assert len(network.peer("masto.example").got("QuoteRequest")) == 1


async def test_QUO_003_unknown_invisible_and_unquotable_statuses_are_404(world: World) -> None:
    """Nothing is posted."""
    ines, ben = await world.user("ines"), await world.user("ben")
    some = [
        await post(world, ines, visibility="private"),
        await post(world, ines, quote_approval_policy="nobody"),
        await post(world, ines, quote_approval_policy="followers"),
        {"id": "99"},
    ]

    assert [await refused(world, ben, quoted_status_id=one["id"]) for one in some] == [404] * 4


@pytest.mark.parametrize("is_author", [True, False])
async def test_QUO_004_quoting_is_refused_if_either_blocks(world: World, is_author: bool) -> None:
    """The quoted author, or the one who quotes."""
    ines, ben = await world.user("ines"), await world.user("ben")
    first = await post(world, ines)
    pair = (ines.id, ben.id) if is_author else (ben.id, ines.id)
    await world.db.write(following.block, *pair)

    assert await refused(world, ben, quoted_status_id=first["id"]) == 404


async def test_QUO_005_quoting_a_reblog_quotes_the_original(world: World) -> None:
    """One step."""
    ines, ben = await world.user("ines"), await world.user("ben")
    first = await post(world, ines)
    boost = await act(world, ben, first, "reblog")

    assert (await quote(world, ben, boost))["quote"]["quoted_status"]["id"] == first["id"]


async def test_QUO_006_a_direct_post_must_mention_whom_it_quotes(world: World) -> None:
    """422 otherwise."""
    ines, ben = await world.user("ines"), await world.user("ben")
    first = await post(world, ines)

    without = await refused(world, ben, "Look", quoted_status_id=first["id"], visibility="direct")
    made = await quote(world, ben, first, "@ines look", visibility="direct")

    assert (without, made["quote"]["state"]) == (422, "accepted")


@pytest.mark.parametrize("wanted", ["public", "unlisted", "private"])
async def test_QUO_007_quoting_a_private_post_is_private(world: World, wanted: str) -> None:
    """Whatever was asked for."""
    ines = await world.user("ines")
    first = await post(world, ines, visibility="private")

    assert (await quote(world, ines, first, visibility=wanted))["visibility"] == "private"


async def test_QUO_008_direct_statuses_are_not_quoted_by_others(world: World) -> None:
    """Not even by those they name."""
    ines, ben = await world.user("ines"), await world.user("ben")
    first = await post(world, ines, "@ben psst", visibility="direct")

    assert await refused(world, ben, quoted_status_id=first["id"]) == 404


async def test_QUO_009_authors_quote_their_own_statuses(world: World) -> None:
    """Whatever the policy says."""
    ines = await world.user("ines")
    first = await post(world, ines, quote_approval_policy="nobody")

    assert (await quote(world, ines, first))["quote"]["state"] == "accepted"


async def test_QUO_010_a_quote_cannot_be_changed_by_editing(world: World) -> None:
    """It may be sent again, or another one: it stays; files beside it are the app's to decide."""
    ines = await world.user("ines")
    first, other = await post(world, ines), await post(world, ines)
    made = await quote(world, ines, first, media_ids=[await file(world, ines)])
    sent = {"status": "Look again", "quoted_status_id": other["id"]}

    edited = (await world.client(ines).put(f"{STATUSES}/{made['id']}", json=sent)).json()

    assert edited["quote"]["quoted_status"]["id"] == first["id"]


@pytest.mark.parametrize("visibility", ["private", "direct"])
async def test_QUO_011_the_policy_of_what_is_not_open_is_nobody(world: World, visibility: str) -> None:
    """Whatever was asked for, then or later."""
    ines = await world.user("ines")

    made = await post(world, ines, visibility=visibility, quote_approval_policy="public")
    later = await policy(world, ines, made, "public")

    assert [one["quote_approval"]["automatic"] for one in (made, later)] == [[], []]


async def test_QUO_012_an_edit_without_a_policy_keeps_it(world: World) -> None:
    """With one, it is that."""
    ines = await world.user("ines")
    made = await post(world, ines, quote_approval_policy="followers")
    client = world.client(ines)

    kept = (await client.put(f"{STATUSES}/{made['id']}", json={"status": "Soap"})).json()
    sent = {"status": "Soap", "quote_approval_policy": "nobody"}
    changed = (await client.put(f"{STATUSES}/{made['id']}", json=sent)).json()

    assert [one["quote_approval"]["automatic"] for one in (kept, changed)] == [["followers"], []]


async def test_QUO_013_interaction_policy_is_no_edit(world: World) -> None:
    """PUT and PATCH alike; of the author alone; an unknown word is 422."""
    ines, ben = await world.user("ines"), await world.user("ben")
    made = await post(world, ines)
    path = f"{STATUSES}/{made['id']}/interaction_policy"

    changed = await policy(world, ines, made, "followers")
    patched = await world.client(ines).patch(path, json={"quote_approval_policy": "nobody"})
    wrong = await world.client(ines).put(path, json={"quote_approval_policy": "some"})
    foreign = await world.client(ben).put(path, json={"quote_approval_policy": "nobody"})

    assert (changed["quote_approval"]["automatic"], changed["edited_at"]) == (["followers"], None)
    assert patched.json()["quote_approval"]["automatic"] == []
    assert (wrong.status_code, foreign.status_code) == (422, 404)
    assert len((await world.client(ines).get(f"{STATUSES}/{made['id']}/history")).json()) == 1


async def test_QUO_014_quote_approval_says_who_may(world: World) -> None:
    """The groups, and the reader's own place."""
    ines, ben, omar = [await world.user(name) for name in ("ines", "ben", "omar")]
    await world.db.write(following.follow, ben.id, ines.id)
    made = await post(world, ines, quote_approval_policy="followers")

    found = [(await seen(world, who, made))["quote_approval"] for who in (ines, ben, omar)]

    assert [one["current_user"] for one in found] == ["automatic", "automatic", "denied"]
    assert {(tuple(one["automatic"]), tuple(one["manual"])) for one in found} == {(("followers",), ())}


async def test_QUO_015_a_quoted_status_is_null_unless_it_may_be_seen(world: World) -> None:
    """The author of the quote sees it; a reader who does not follow sees none."""
    ines, ben, omar = [await world.user(name) for name in ("ines", "ben", "omar")]
    first = await post(world, ines, visibility="private")
    made = await quote(world, ines, first, "@ben look")

    assert made["quote"]["quoted_status"]["id"] == first["id"]
    assert (await seen(world, ben, made))["quote"] == {"state": "unauthorized", "quoted_status": None}
    assert (await world.client(omar).get(f"{STATUSES}/{made['id']}")).status_code == 404


async def test_QUO_016_the_state_depends_on_the_viewer(network: Network) -> None:
    """Whom they block or mute, of which host, and what they may not see."""
    ward = await network.node("ward.example")
    asha, ben = await ward.user("asha"), await ward.user("ben")
    status = await theirs(ward, network, asha)
    made = await quote(ward.world, asha, status)
    author = await ward.find("@okapi@masto.example")
    acts = [
        ("muted_account", following.mute, following.unmute),
        ("blocked_account", following.block, following.unblock),
    ]

    states = []
    for _, do, undo in acts:
        await ward.db.write(do, ben.id, author.id)
        states.append((await seen(ward.world, ben, made))["quote"])
        await ward.db.write(undo, ben.id, author.id)
    await ward.db.write(_block_host, ben.id)
    states.append((await seen(ward.world, ben, made))["quote"])

    assert [one["state"] for one in states] == ["muted_account", "blocked_account", "blocked_domain"]
    assert [one["quoted_status"] for one in states] == [None] * 3


def _block_host(unit: Unit, account_id: int) -> None:
    row = {"id": unit.new_id(), "account_id": account_id, "host": "masto.example", "created_at": unit.now}
    unit.conn.execute(tables.host_blocks.insert().values(row))


async def test_QUO_017_a_quote_of_what_is_deleted_says_so(world: World) -> None:
    """State deleted, and nothing inside."""
    ines, ben = await world.user("ines"), await world.user("ben")
    first = await post(world, ines)
    made = await quote(world, ben, first)
    await world.client(ines).delete(f"{STATUSES}/{first['id']}")

    assert (await seen(world, ben, made))["quote"] == {"state": "deleted", "quoted_status": None}


async def test_QUO_018_nested_quotes_are_shallow(world: World) -> None:
    """They hold an id alone."""
    ines = await world.user("ines")
    first = await post(world, ines)
    second = await quote(world, ines, first)

    third = await quote(world, ines, second)

    assert third["quote"]["quoted_status"]["quote"] == {"state": "accepted", "quoted_status_id": first["id"]}


async def test_QUO_019_quotes_are_listed_as_far_as_the_viewer_sees_them(world: World) -> None:
    """Accepted ones, paged; the author sees those of others for their followers as well."""
    ines, ben, omar = [await world.user(name) for name in ("ines", "ben", "omar")]
    first = await post(world, ines)
    shown = [(await quote(world, ben, first, f"Look {n}"))["id"] for n in range(3)]
    hidden = (await quote(world, ben, first, visibility="private"))["id"]
    path = f"{STATUSES}/{first['id']}/quotes"

    found = await world.client(omar).get(path, params={"limit": 2})
    rest = await world.client(omar).get(found.links["next"]["url"])
    of_author = await world.client(ines).get(path)

    assert [one["id"] for one in (*found.json(), *rest.json())] == shown[::-1]
    assert [one["id"] for one in of_author.json()] == [hidden, *shown[::-1]]
    assert (await world.anybody.get(path)).status_code == 401


async def test_QUO_020_only_the_quoted_author_revokes(world: World) -> None:
    """403 for anybody else; the answer is the quoting status."""
    ines, ben = await world.user("ines"), await world.user("ben")
    first = await post(world, ines)
    made = await quote(world, ben, first)

    foreign = await tried(world, ben, first, f"quotes/{made['id']}/revoke")
    revoked = await act(world, ines, first, f"quotes/{made['id']}/revoke")
    unknown = await tried(world, ines, first, "quotes/99/revoke")

    assert (foreign, unknown) == (403, 404)
    assert (revoked["id"], revoked["quote"]) == (made["id"], {"state": "revoked", "quoted_status": None})


async def test_QUO_021_quotes_count_counts_accepted_quotes(world: World) -> None:
    """Not those that were taken back or deleted, nor those of the house."""
    ines, ben = await world.user("ines"), await world.user("ben")
    first = await post(world, ines)
    made = [await quote(world, ben, first) for _ in range(3)]
    await quote(world, ben, first, local_only=True)
    await act(world, ines, first, f"quotes/{made[0]['id']}/revoke")
    await world.client(ben).delete(f"{STATUSES}/{made[1]['id']}")

    assert (await seen(world, ines, first))["quotes_count"] == 1


async def test_QUO_022_a_line_leads_to_what_is_quoted_where_the_quote_is_not_shown(network: Network) -> None:
    """Unless the text does already; where the quote is shown, apps need none."""
    ward = await network.node("ward.example")
    asha = await ward.user("asha")
    rules = {"interactionPolicy": {"canQuote": {"automaticApproval": PUBLIC}}}
    status = await theirs(ward, network, asha, **rules)
    url = (await seen(ward.world, asha, status))["url"]

    made = await quote(ward.world, asha, status)
    linking = await quote(ward.world, asha, status, f"Worth a look: {url}")

    assert made["content"].startswith('<p class="quote-inline">RE: <a href=')
    assert "quote-inline" not in linking["content"]
