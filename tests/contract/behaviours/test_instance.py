"""What a node says about itself."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from node.services import emoting, introducing, policing
from node.store.domains import Domain
from tests.contract.entities import faults
from tests.support.world import World, make_world
from tests.web.api.test_media import picture

V1, V2 = "/api/v1/instance", "/api/v2/instance"


@pytest.fixture
async def made(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Any]:
    """Return what makes a node with other settings than usual."""
    worlds: list[World] = []

    async def make(**decided: Any) -> World:
        worlds.append(await make_world(sqlite_url, tmp_path, **decided))
        return worlds[-1]

    yield make
    for world in worlds:
        await world.close()


async def test_INS_001_it_needs_no_token_whomever_the_node_speaks_with(made: Any) -> None:
    """Also where the node speaks with few."""
    world = await made(federation_mode="allowlist")

    answer = await world.anybody.get(V2)

    assert (answer.status_code, faults("Instance", answer.json())) == (200, [])


async def test_INS_002_the_limits_are_published(world: World) -> None:
    """All that the table knows, as numbers, and the older document says the same."""
    limits = (await world.anybody.get(V2)).json()["configuration"]
    older = (await world.anybody.get(V1)).json()["configuration"]

    assert {"accounts", "statuses", "media_attachments", "polls", "translation", "timelines_access"} <= set(limits)
    assert limits["translation"] == {"enabled": False}
    assert limits["timelines_access"]["live_feeds"] == {"local": "public", "remote": "public"}
    assert all(isinstance(one, int) for one in limits["accounts"].values())
    assert all(older[name] == limits[name] for name in ("statuses", "media_attachments", "polls"))


async def test_INS_003_the_version_of_the_api_is_a_number(world: World) -> None:
    """From seven on quotes are there, from eleven on collections and everything else that came with 4.6."""
    found = (await world.anybody.get(V2)).json()["api_versions"]

    assert found == {"mastodon": 11}


async def test_INS_004_the_version_begins_with_that_of_mastodon(world: World) -> None:
    """Apps read three numbers of it, some of them one digit each; people read the rest."""
    for path in (V1, V2):
        version = (await world.anybody.get(path)).json()["version"]
        numbers = version.partition(" ")[0].split(".")

        assert [len(number) for number in numbers] == [1, 1, 1]
        assert version.endswith(f"(compatible; Rounds {world.site.version})")


async def test_INS_005_the_older_document_is_whole(world: World) -> None:
    """With its flat flags."""
    await world.user("ines")

    found = (await world.anybody.get(V1)).json()

    assert faults("V1::Instance", found) == []
    assert (found["uri"], found["urls"]["streaming_api"]) == ("ward.example", "wss://ward.example")
    assert (found["registrations"], found["approval_required"], found["stats"]["user_count"]) == (False, False, 1)


@pytest.mark.parametrize(
    ("registrations", "expected"),
    [("closed", (False, False, False)), ("approval", (True, True, True)), ("open", (True, False, True))],
)
async def test_INS_006_whether_one_may_sign_up_is_told(
    made: Any, registrations: str, expected: tuple[bool, bool, bool]
) -> None:
    """Why one may not, only where one may not."""
    world = await made(registrations=registrations, min_age=16)

    found = (await world.anybody.get(V2)).json()["registrations"]
    nodeinfo = (await world.anybody.get("/nodeinfo/2.0")).json()

    is_open, asks, has_no_message = expected
    assert (found["enabled"], found["approval_required"], found["message"] is None) == (is_open, asks, has_no_message)
    assert (found["min_age"], nodeinfo["openRegistrations"]) == (16, is_open)


async def test_INS_007_rules_can_be_said_in_other_languages(world: World) -> None:
    """The first rules of a node are those of any; they are changed like all others."""
    first = (await world.anybody.get("/api/v1/instance/rules")).json()
    number = await world.db.write(introducing.add_rule, "Wash your hands.", "Always.", by="test")
    await world.db.write(introducing.translate_rule, number, "de", "Wascht euch die Hände.", "Immer.", by="test")
    await world.db.write(introducing.remove_rule, int(first[0]["id"]), by="test")

    rules = (await world.anybody.get("/api/v1/instance/rules")).json()

    assert [faults("Rule", one) for one in (*first, *rules)] == [[]] * 4
    assert [one["text"] for one in rules] == [first[1]["text"], "Wash your hands."]
    assert rules[1]["translations"] == {"de": {"text": "Wascht euch die Hände.", "hint": "Immer."}}
    assert (await world.anybody.get(V2)).json()["rules"] == rules == (await world.anybody.get(V1)).json()["rules"]


@pytest.mark.parametrize(
    ("shown", "codes"), [("nobody", [404, 404, 404]), ("users", [404, 404, 200]), ("everyone", [200, 200, 200])]
)
async def test_INS_008_blocked_servers_are_told_to_whom_the_settings_say(
    made: Any, shown: str, codes: list[int]
) -> None:
    """An app's own token is nobody."""
    world = await made(publish_domain_blocks=shown)
    ines = await world.user("ines")
    await world.db.write(policing.decide, Domain("evil.example", "suspend", public_comment="Spam"), by="test")
    clients = (world.anybody, world.client(await world.token(None, "read")), world.client(ines))

    answers = [await client.get("/api/v1/instance/domain_blocks") for client in clients]

    assert [answer.status_code for answer in answers] == codes
    if codes[2] == 200:
        (block,) = answers[2].json()
        assert faults("DomainBlock", block) == []
        assert (block["domain"], block["severity"], block["comment"]) == ("evil.example", "suspend", "Spam")


async def test_INS_009_peers_and_activity_can_be_kept_to_oneself(made: Any) -> None:
    """404 then; otherwise lists of the right shape."""
    world = await made(publish_peers=False, publish_activity=False)
    paths = ("/api/v1/instance/peers", "/api/v1/instance/activity", "/api/v1/peers/search?q=a")

    assert [(await world.anybody.get(path)).status_code for path in paths] == [404] * 3


async def test_activity_counts_posts_and_newcomers_of_twelve_weeks(world: World) -> None:
    """As text, the present week first; counted once an hour."""
    ines = world.client(await world.user("ines"))
    await ines.post("/api/v1/statuses", data={"status": "Lids"})

    weeks = (await world.anybody.get("/api/v1/instance/activity")).json()
    await ines.post("/api/v1/statuses", data={"status": "More lids"})
    again = (await world.anybody.get("/api/v1/instance/activity")).json()
    world.clock.pass_time(days=7)
    later = (await world.anybody.get("/api/v1/instance/activity")).json()

    assert [faults("Instance::Activity", week) for week in weeks] == [[]] * 12
    assert (weeks[0]["statuses"], weeks[0]["registrations"], weeks[0]["logins"], again) == ("1", "1", "1", weeks)
    assert [week["statuses"] for week in later[:3]] == ["0", "2", "0"]


async def test_INS_010_terms_are_found_by_their_day(world: World) -> None:
    """None until somebody writes them; an unknown day is 404; each knows what comes after it."""
    path = "/api/v1/instance/terms_of_service"
    before = await world.anybody.get(path)
    today, later = world.clock.now().date(), date(2027, 3, 1)
    await world.db.write(introducing.write_paper, "terms", "Be *kind*.", today, by="test")
    await world.db.write(introducing.write_paper, "terms", "Be kinder.", later, by="test")

    now, then = await world.anybody.get(path), await world.anybody.get(f"{path}/2027-03-01")
    odd = [(await world.anybody.get(f"{path}/{day}")).status_code for day in ("2001-01-01", "soon", "2027-02-30")]
    page = await world.anybody.get("/terms-of-service")

    assert (before.status_code, odd) == (404, [404] * 3)
    assert [faults("TermsOfService", one.json()) for one in (now, then)] == [[], []]
    assert (now.json()["effective"], now.json()["succeeded_by"]) == (True, "2027-03-01")
    assert now.json()["content"].strip() == "<p>Be <em>kind</em>.</p>"
    assert (then.json()["effective"], then.json()["succeeded_by"]) == (False, None)
    assert "<em>kind</em>" in page.text


async def test_documents_are_there_from_the_start_and_can_be_written(world: World) -> None:
    """What becomes of people's data, and what the place is for."""
    paths = ("/api/v1/instance/privacy_policy", "/api/v1/instance/extended_description")
    first = [(await world.anybody.get(path)).json() for path in paths]
    await world.db.write(introducing.write_paper, "privacy", "## Little\n\n<script>x</script>", None, by="test")
    await world.db.write(introducing.write_paper, "about", "We learn.", None, by="test")

    second = [(await world.anybody.get(path)).json() for path in paths]

    for policy, about in (first, second):
        assert (faults("PrivacyPolicy", policy), faults("ExtendedDescription", about)) == ([], [])
    assert "St Mary" in first[1]["content"]
    assert first[1]["updated_at"] is None
    assert "<h2>Little</h2>" in second[0]["content"]
    assert "<script>" not in second[0]["content"]
    assert (await world.anybody.get(V2)).json()["configuration"]["urls"]["privacy_policy"].endswith("/privacy-policy")
    assert (await world.anybody.get("/privacy-policy")).status_code == 200


async def test_INS_011_nothing_is_translated(world: World) -> None:
    """An empty object says so."""
    assert (await world.anybody.get("/api/v1/instance/translation_languages")).json() == {}


async def test_INS_012_custom_emoji_are_listed_with_their_pictures(world: World) -> None:
    """To everybody; the picture is ours, made anew, and goes with the emoji."""
    node = world.node
    made = await emoting.add(world.db, node.blobs, node.workshop, "lid", picture("PNG"), category="Ward", by="test")

    listed = (await world.anybody.get("/api/v1/custom_emojis")).json()
    shown = await world.anybody.get(listed[0]["url"])
    await world.db.write(emoting.remove, "lid", by="test")
    await world.work()

    assert [faults("CustomEmoji", one) for one in listed] == [[]]
    assert (listed[0]["shortcode"], listed[0]["category"]) == ("lid", "Ward")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/png")
    assert (await world.anybody.get("/api/v1/custom_emojis")).json() == []
    with pytest.raises(KeyError):
        await node.blobs.get(made.blob)


async def test_GEN_019_an_emoji_stays_as_its_name_and_is_described_beside_the_text(world: World) -> None:
    """Our own, in posts and names, here as in what other servers get."""
    node = world.node
    await emoting.add(world.db, node.blobs, node.workshop, "lid", picture("PNG"), category=None, by="test")
    client = world.client(await world.user("ines"))

    made = (await client.post("/api/v1/statuses", data={"status": "Soft :lid: and :nothing:"})).json()
    me = (await client.patch("/api/v1/accounts/update_credentials", data={"display_name": "Ines :lid:"})).json()
    sent = (await world.anybody.get(made["uri"], headers={"accept": "application/activity+json"})).json()

    assert ":lid:" in made["content"]
    assert [one["shortcode"] for one in made["emojis"]] == ["lid"]
    assert [one["shortcode"] for one in me["emojis"]] == ["lid"]
    assert [(tag["type"], tag["name"]) for tag in sent["tag"]] == [("Emoji", ":lid:")]


async def test_INS_014_health_is_ok(world: World) -> None:
    """In plain text."""
    answer = await world.anybody.get("/health")

    assert (answer.status_code, answer.text, answer.headers["content-type"].partition(";")[0]) == (
        200,
        "OK",
        "text/plain",
    )


async def test_what_the_bundled_web_client_would_ask_for_is_answered(world: World) -> None:
    """A manifest, and where a password is changed."""
    manifest, password = await world.anybody.get("/manifest"), await world.anybody.get("/.well-known/change-password")

    assert (manifest.json()["name"], manifest.headers["content-type"]) == ("St Mary's", "application/manifest+json")
    assert (password.status_code, password.headers["location"]) == (302, "https://ward.example/about")
