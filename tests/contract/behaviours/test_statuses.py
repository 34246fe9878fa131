"""What apps rely on when they post; each test is named by the behaviour it shows."""

import pytest

from federation.loose import PUBLIC
from node.entities.instance import MAX_STATUS_CHARS
from node.store import accounts
from node.store.tables import accounts as rows
from node.store.unit import Unit
from tests.contract.behaviours.posts import STATUSES, file, post, refused, seen, written
from tests.contract.entities import faults
from tests.support.network import Network
from tests.support.world import World


async def test_STA_001_a_status_needs_text_media_a_poll_or_a_quote(world: World) -> None:
    """Nothing of it is 422; any one will do."""
    ines = await world.user("ines")
    first = await post(world, ines)
    poll = {"options": ["07:30", "08:00"], "expires_in": 3600}

    empty = await refused(world, ines, " ")
    made = [
        await post(world, ines, "", media_ids=[await file(world, ines)]),
        await post(world, ines, "", poll=poll),
        await post(world, ines, "", quoted_status_id=first["id"]),
    ]

    assert empty == 422
    assert [faults("Status", one) for one in [first, *made]] == [[]] * 4


async def test_STA_002_a_content_warning_with_empty_text_becomes_the_text(world: World) -> None:
    """Unless a quote is attached, which is something to warn of."""
    ines = await world.user("ines")
    first = await post(world, ines)

    alone = await post(world, ines, "", spoiler_text="Needles")
    quoting = await post(world, ines, "", spoiler_text="Needles", quoted_status_id=first["id"])

    assert (alone["content"], alone["spoiler_text"]) == ("<p>Needles</p>", "")
    assert quoting["spoiler_text"] == "Needles"


async def test_STA_003_a_content_warning_makes_a_status_sensitive(world: World) -> None:
    """Whatever else is said."""
    made = await post(world, await world.user("ines"), spoiler_text="Needles", sensitive=False)

    assert made["sensitive"] is True


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("x" * MAX_STATUS_CHARS, ""),
        ("👩🏽‍⚕️" * MAX_STATUS_CHARS, ""),
        ("e\u0301" * (MAX_STATUS_CHARS - 3), "abc"),
        ("x" * (MAX_STATUS_CHARS - 24) + " https://ward.example/" + "y" * 300, ""),
        ("x" * (MAX_STATUS_CHARS - 7) + " @okapi@a-very-long-name.example", ""),
    ],
    ids=["plain", "nurses", "accents and a warning", "a link", "a mention"],
)
async def test_STA_004_length_is_counted_as_people_see_it(world: World, text: str, warning: str) -> None:
    """Exactly so many fit; one more does not."""
    ines = await world.user("ines")

    made = await post(world, ines, text, spoiler_text=warning)
    more = await refused(world, ines, text, spoiler_text=f"{warning}!")

    assert made["id"]
    assert more == 422


async def test_STA_005_what_is_not_said_comes_from_the_users_defaults(world: World) -> None:
    """Visibility, sensitivity, language and who may quote."""
    ines = await world.user("ines")
    usual = {"privacy": "unlisted", "sensitive": True, "language": "pl", "quote_policy": "nobody"}
    await world.client(ines).patch("/api/v1/accounts/update_credentials", json={"source": usual})

    made = await post(world, ines)

    assert (made["visibility"], made["sensitive"], made["language"]) == ("unlisted", True, "pl")
    assert made["quote_approval"]["automatic"] == []


async def test_STA_006_a_silenced_authors_public_status_is_unlisted(world: World) -> None:
    """And private ones stay what they are."""
    ines = await world.user("ines")
    await world.db.write(_silence, ines.id)

    made = [await post(world, ines), await post(world, ines, visibility="private")]

    assert [one["visibility"] for one in made] == ["unlisted", "private"]


def _silence(unit: Unit, account_id: int) -> None:
    assert accounts.by_id(unit, account_id)
    unit.conn.execute(rows.update().where(rows.c.id == account_id).values(is_silenced=True))


async def test_STA_007_the_same_idempotency_key_within_an_hour_gives_the_first_status(world: World) -> None:
    """After an hour it is a new one, and so it is when the first one is gone."""
    ines = await world.user("ines")
    client = world.client(ines)

    async def again() -> str:
        answer = await client.post(STATUSES, json={"status": "Gel"}, headers={"idempotency-key": "a key"})
        return str(answer.json()["id"])

    first, second = await again(), await again()
    world.clock.pass_time(minutes=59)
    third = await again()
    world.clock.pass_time(minutes=2)
    fourth = await again()
    await client.delete(f"{STATUSES}/{fourth}")
    fifth = await again()

    assert first == second == third
    assert len({first, fourth, fifth}) == 3


async def test_STA_008_the_idempotency_key_is_scoped_to_the_account(world: World) -> None:
    """Another person's key is another key."""
    ines, ben = await world.user("ines"), await world.user("ben")
    key = {"idempotency-key": "a key"}

    made = [
        (await world.client(who).post(STATUSES, json={"status": "Gel"}, headers=key)).json()["id"]
        for who in (ines, ben)
    ]

    assert made[0] != made[1]


async def test_STA_009_a_reply_to_what_is_not_there_or_not_seen_is_404(world: World) -> None:
    """Both alike, and nothing is posted."""
    ines, ben = await world.user("ines"), await world.user("ben")
    hidden = await post(world, ines, visibility="private")

    codes = [await refused(world, ben, in_reply_to_id=one) for one in ("99", hidden["id"], "no id")]

    assert codes == [404, 404, 404]
    assert await written(world, ben) == []


async def test_STA_010_an_unexpected_mention_is_refused_with_the_account(world: World) -> None:
    """Nobody but those named in allowed_mentions; the answer says who else would have got it."""
    ines, ben, omar = [await world.user(name) for name in ("ines", "ben", "omar")]
    client = world.client(ines)
    sent = {"status": "@ben @omar look", "allowed_mentions": [str(ben.id)]}

    answer = await client.post(STATUSES, json=sent)
    as_form = await client.post(STATUSES, data={"status": "@ben look", "allowed_mentions[]": str(omar.id)})
    allowed = await client.post(STATUSES, json=sent | {"allowed_mentions": [str(ben.id), str(omar.id)]})

    found = answer.json()["unexpected_accounts"]
    assert (answer.status_code, [one["acct"] for one in found]) == (422, ["omar"])
    assert faults("Account", found[0]) == []
    assert [one["acct"] for one in as_form.json()["unexpected_accounts"]] == ["ben"]
    assert allowed.status_code == 200
    assert len(await written(world, ines)) == 1


async def test_allowed_mentions_asks_nobody_who_is_not_known(network: Network) -> None:
    """Somebody whom the app has no id of cannot be meant: the name stays plain text."""
    ward = await network.node("ward.example")
    peer = network.peer("masto.example")
    peer.actor("okapi")
    asha = await ward.user("asha")

    made = await post(ward.world, asha, "@okapi@masto.example look", allowed_mentions=[])
    await network.settle()

    assert (await seen(ward.world, asha, made))["mentions"] == []
    assert network.wire.asked("masto.example") == 0


@pytest.mark.parametrize("kind", ["video", "audio"])
async def test_STA_016_several_media_with_a_video_or_audio_are_refused(world: World, kind: str) -> None:
    """One alone is fine."""
    ines = await world.user("ines")
    files = [await file(world, ines), await file(world, ines, kind=kind)]

    mixed = await refused(world, ines, media_ids=files)
    made = await post(world, ines, media_ids=files[1:])

    assert mixed == 422
    assert [one["type"] for one in made["media_attachments"]] == [kind]


async def test_STA_017_more_than_four_media_are_refused(world: World) -> None:
    """Four are not."""
    ines = await world.user("ines")
    files = [await file(world, ines) for _ in range(5)]

    many = await refused(world, ines, media_ids=files)
    made = await post(world, ines, media_ids=files[:4])

    assert many == 422
    assert [one["id"] for one in made["media_attachments"]] == files[:4]


async def test_STA_018_unknown_foreign_or_used_media_are_refused(world: World) -> None:
    """Each of them, and a post with one of them is not written."""
    ines, ben = await world.user("ines"), await world.user("ben")
    used, foreign = await file(world, ines), await file(world, ben)
    await post(world, ines, media_ids=[used])

    codes = [await refused(world, ines, media_ids=[one]) for one in (used, foreign, "99", "no id")]

    assert codes == [422] * 4
    assert len(await written(world, ines)) == 1


@pytest.mark.parametrize("state", ["processing", "failed"])
async def test_STA_019_media_that_are_not_ready_are_refused(world: World, state: str) -> None:
    """Nobody gets half a film."""
    ines = await world.user("ines")

    assert await refused(world, ines, media_ids=[await file(world, ines, kind="video", state=state)]) == 422


async def test_GEN_018_markup_that_was_typed_is_text(world: World) -> None:
    """What looks like HTML is shown as it was typed."""
    made = await post(world, await world.user("ines"), "<script>alert(1)</script> <b onclick=x>&</b>")

    assert "<script" not in made["content"]
    assert "<b" not in made["content"]
    assert "&lt;script&gt;" in made["content"]


async def test_GEN_019_custom_emojis_stay_text_and_are_described(network: Network) -> None:
    """The shortcode stands in the content; the array says what to draw."""
    ward = await network.node("ward.example")
    asha = await ward.user("asha")
    okapi = network.peer("masto.example").actor("okapi")
    url = "https://masto.example/blob.png"
    tag = {"type": "Emoji", "name": ":blob:", "icon": {"type": "Image", "url": url}}
    create = okapi.create("Hello :blob:", tag=[tag], to=[PUBLIC, asha.account.uri])

    await okapi.sends(ward, create)
    await network.settle()

    held = await ward.held(create["object"]["id"])
    assert held is not None
    shown = await seen(ward.world, asha, {"id": held.id})
    assert ":blob:" in shown["content"]
    assert [one["shortcode"] for one in shown["emojis"]] == ["blob"]


async def test_GEN_020_mentions_hashtags_and_links_have_their_classes(world: World) -> None:
    """Apps find them by class."""
    ines = await world.user("ines")
    await world.user("ben")

    made = await post(world, ines, "@ben see #HandHygiene https://ward.example/about")

    assert 'class="u-url mention"' in made["content"]
    assert 'class="mention hashtag"' in made["content"]
    assert '<span class="invisible">https://</span>' in made["content"]
