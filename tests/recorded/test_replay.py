"""What we do with every recorded document today, and in one table what we should do and do not yet."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.recorded.folder import Folder
from tests.recorded.replay import Result, main, replay

DOCUMENTS = Path(__file__).parent / "documents"

# Everything that is not plainly accepted, and why.
TODAY = {
    "http-fedify-post-rfc9421": "refused not-owner",
    "hostile-create-foreign-attribution": "refused not-owner",
    "hostile-create-foreign-id": "refused not-owner",
    "hostile-delete-other-host": "refused not-owner",
    "http-body-changed": "refused bad-digest",
    "http-replayed-late": "refused expired",
    "lemmy-announce-dislike": "ignored unknown-type",
    "lemmy-announce-lock": "ignored unknown-type",
    "lemmy-moderators": "ignored unknown-type",
    "mastodon-move": "refused not-found",  # the new account is not in the folder
}

# What the index expects of us and we do not do yet.
WANTED: dict[str, str] = {}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """Return what came of each document, all replayed once."""
    found = asyncio.run(replay(Folder(DOCUMENTS), tmp_path_factory.mktemp("replay")))
    return {result.file.removesuffix(".json"): result for result in found}


NAMES = [name.removesuffix(".json") for name in Folder(DOCUMENTS).files]


@pytest.mark.parametrize("name", NAMES)
def test_each_recorded_document_gets_its_verdict(name: str, results: dict[str, Result]) -> None:
    """A verdict that changes is seen here first."""
    found = results[name]

    assert " ".join(filter(None, (found.verdict, found.reason))) == TODAY.get(name, "accepted")


def test_the_tables_name_documents_that_are_there() -> None:
    """Nothing is expected of a file that is gone."""
    assert set(TODAY) | set(WANTED) <= set(NAMES)


def test_the_rows_say_what_a_document_made(results: dict[str, Result]) -> None:
    """A post is there with its visibility, its alt text and where its focus lies."""
    rows = results["mastodon-create-note-unlisted-image"].rows

    [status], [file] = rows["statuses"], rows["media"]
    assert status["visibility"] == "unlisted"
    assert (file["width"], file["height"], file["focus_x"], file["focus_y"]) == (1920, 1440, -0.31, 0.62)
    assert file["description"]
    assert file["blurhash"]


def test_an_update_keeps_the_version_before(results: dict[str, Result]) -> None:
    """The Create of the folder is known when its Update comes."""
    rows = results["mastodon-update-note"].rows

    assert len(rows["edits"]) == 1
    assert rows["statuses"][0]["edited_at"] == "2026-02-11T07:31:00+00:00"


def test_a_question_is_kept_with_its_poll(results: dict[str, Result]) -> None:
    """With options and an end, and without one; a tally changes numbers and is no edit."""
    asked, tally = results["mastodon-create-question"].rows, results["mastodon-update-question-tally"].rows
    endless = results["misskey-create-question"].rows

    [soup], [counted], [several] = asked["polls"], tally["polls"], endless["polls"]
    assert (soup["options"], soup["is_multiple"]) == (["Leek and potato", "Lentil", "No soup"], False)
    assert (soup["ends_at"], soup["voters_count"]) == ("2026-02-18T08:00:00+00:00", 0)
    assert (counted["tallies"], counted["voters_count"]) == ([4, 3, 0], 7)
    assert not {"statuses", "edits", "notifications"} & set(tally)
    assert (len(several["options"]), several["is_multiple"], several["ends_at"]) == (2, True, None)


def test_a_vote_is_counted_and_is_no_post(results: dict[str, Result]) -> None:
    """For the option that it names; nobody is told of a reply."""
    rows = results["mastodon-vote"].rows

    [vote], [poll] = rows["votes"], rows["polls"]
    assert (vote["status_id"], vote["choice"]) == (2001, 1)
    assert (poll["tallies"], poll["voters_count"]) == ([0, 1], 1)
    assert not {"statuses", "notifications"} & set(rows)


def test_an_emoji_under_a_post_is_no_favourite(results: dict[str, Result]) -> None:
    """Whether it comes as a Like or as what it is; the author hears of it once."""
    jam, tea = results["pleroma-emojireact-custom"].rows, results["misskey-like-reaction"].rows

    [custom], [plain] = jam["reactions"], tea["reactions"]
    assert (custom["name"], custom["url"]) == ("jam", "https://akkoma.example/emoji/jam.png")
    assert (plain["name"], plain["url"]) == ("🍵", None)
    assert [[row["kind"] for row in rows["notifications"]] for rows in (jam, tea)] == [["favourite"], ["favourite"]]
    assert not {"favourites"} & (set(jam) | set(tea))


TIMES = [
    "2026-02-01 12:34:56",
    "2026-02-01T12:34:56",
    "2026-02-01",
    "Sun, 01 Feb 2026 12:34:56 GMT",
    "",
    1769949296,
    ["2026-02-01T12:34:56Z"],
    "0000-00-00 00:00:00",
]


@pytest.mark.parametrize("moment", TIMES, ids=str)
async def test_a_post_is_kept_however_its_times_are_written(tmp_path: Path, moment: object) -> None:
    """What cannot be read is the time of receipt; an edit at the time of publishing is none."""
    finch, public = "https://blog.example/users/finch", "https://www.w3.org/ns/activitystreams#Public"
    note: dict[str, object] = {"id": "https://blog.example/n/1", "type": "Note", "attributedTo": finch, "to": [public]}
    note |= {"published": moment, "updated": moment, "content": "<p>Kettle descaled.</p>"}
    create = {"id": "https://blog.example/act/1", "type": "Create", "actor": finch, "to": [public], "object": note}
    (tmp_path / "a.json").write_text(json.dumps(create | {"published": moment}))

    [result] = await replay(Folder(tmp_path), tmp_path)

    [status] = result.rows["statuses"]
    assert result.verdict == "accepted"
    assert status["edited_at"] is None


def test_a_follow_that_waited_is_accepted_by_its_id(results: dict[str, Result]) -> None:
    """The seeded request is the one that is answered."""
    [follow] = results["mastodon-accept-follow"].rows["follows"]

    assert (follow["id"], follow["uri"], follow["is_accepted"]) == (
        500,
        "https://ward.example/users/asha/follows/500",
        True,
    )


GROUPED = ("lemmy-announce-create-page", "lemmy-announce-page", "peertube-announce-video", "mobilizon-announce-create")


@pytest.mark.parametrize("name", GROUPED)
def test_a_page_of_a_group_is_one_post_and_a_boost_of_it(name: str, results: dict[str, Result]) -> None:
    """In whichever form it is announced; who made it is its author, and the group shows it."""
    rows = results[name].rows

    page, boost = sorted(rows["statuses"], key=lambda row: row["boost_of_id"] is not None)
    assert (page["boost_of_id"], boost["boost_of_id"]) == (None, page["id"])
    assert "notifications" not in rows


def test_a_comment_in_a_group_is_a_reply_and_no_boost(results: dict[str, Result]) -> None:
    """Its thread is known by its page, and who is mentioned is told once."""
    rows = results["lemmy-announce-create-comment"].rows

    page, comment = sorted(rows["statuses"], key=lambda row: row["reply_to_uri"] is not None)
    assert (comment["reply_to_id"], comment["boost_of_id"]) == (page["id"], None)
    assert [row["kind"] for row in rows["notifications"]] == ["mention"]


def test_a_moderators_removal_hides_a_comment_in_its_group(results: dict[str, Result]) -> None:
    """With its reason; the comment itself is not gone."""
    rows = results["lemmy-announce-delete-by-moderator"].rows

    [posted] = rows["group_posts"]
    assert (posted["removed_by"], posted["reason"]) == ("https://lemmy.example/u/pear", "off topic")
    assert "tombstones" not in rows


def test_an_event_is_its_groups_although_a_person_made_it(results: dict[str, Result]) -> None:
    """Title, time and place are shown."""
    [event] = results["mobilizon-create-event"].rows["statuses"]

    assert event["url"] == "https://mobilizon.example/events/1111aaaa-0000-4000-8000-000000000001"
    assert all(text in event["content_html"] for text in ("Repair café, May", "2026-05-02 13:00", "Town hall"))


def test_pins_are_kept_with_their_posts(results: dict[str, Result]) -> None:
    """By an Add, and as the collection says; one that names a post of another would not be."""
    added, listed = results["mastodon-add-featured"].rows, results["mastodon-featured-collection"].rows

    pinned = [row["status_id"] for row in added["pins"]]
    assert [row["id"] for row in added["statuses"]] == pinned
    assert {row["status_id"] for row in listed["pins"]} == {row["id"] for row in listed["statuses"]}
    assert "notifications" not in added | listed


def test_a_follower_that_the_origin_does_not_list_is_removed(results: dict[str, Result]) -> None:
    """Ben is gone, asha stays, and nobody is written to."""
    found = results["mastodon-followers-synchronization"]

    assert [row["username"] for row in found.rows["accounts"] if not row["host"]] == ["ben"]
    assert "deliveries" not in found.rows


def test_a_relay_that_accepts_is_subscribed_to(results: dict[str, Result]) -> None:
    """Nobody follows it, and nobody is told."""
    rows = results["relay-mastodon-accept"].rows

    [relay] = rows["relays"]
    assert (relay["state"], relay["actor_uri"]) == ("accepted", "https://relay.example/actor")
    assert set(rows) == {"relays"}


def test_what_a_relay_announces_is_kept_and_no_boost(results: dict[str, Result]) -> None:
    """As its origin answers; who is mentioned in it is told of that, and nobody of the relay."""
    rows = results["relay-litepub-announce"].rows

    assert [(row["boost_of_id"], row["visibility"]) for row in rows["statuses"]] == [(None, "public")]
    assert [row["kind"] for row in rows["notifications"]] == ["mention"]
    assert "follows" not in rows


def test_our_own_records_are_read_back_as_records(results: dict[str, Result]) -> None:
    """What we send is what another node of ours understands."""
    names = ("own-create-learning", "own-create-action", "own-create-share")

    types = [results[name].rows["records"][0]["type"] for name in names]

    assert types == ["Learning", "LearningAction", "LearningShare"]


def test_an_actor_is_kept_with_its_keys_of_both_kinds(results: dict[str, Result]) -> None:
    """One RSA key, which goes by two ids, and one Ed25519 key."""
    rows = results["mitra-person-multikey"].rows["keys"]

    kinds = {(row["uri"].partition("#")[2], row["kind"]) for row in rows}
    assert kinds == {("main-key", "rsa"), ("main-key-multi", "rsa"), ("ed25519-key", "ed25519")}
    assert len({row["public_pem"] for row in rows}) == 2


def test_a_folder_of_nonsense_gets_a_line_for_each_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever is in a file, the run goes on and ends well."""
    nonsense = {
        "a.json": b"{",
        "b.json": b"[]",
        "c.json": b'{"type":"Create","actor":5,"object":{}}',
        "d.json": b'{"id":"https://x.example/1","id":"https://x.example/2","type":"Like"}',
        "e.json": b'{"method":"POST","url":5,"headers":[],"body":{}}',
        "f.json": b'{"type":"Like","id":"https://x.example/1","actor":"http://[","object":"https://x.example/2"}',
        "g.json": b"\xff\x00",
        "h.json": b'{"links":7}',
        "i.json": b"[" * 5000 + b"]" * 5000,
    }
    for name, body in nonsense.items():
        (tmp_path / name).write_bytes(body)

    code = main([str(tmp_path)])

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == 0
    assert [line["file"] for line in lines] == sorted(nonsense)
    assert {tuple(line) for line in lines} == {("file", "verdict", "reason", "rows")}
    assert {line["verdict"] for line in lines} <= {"ignored", "refused", "error"}
