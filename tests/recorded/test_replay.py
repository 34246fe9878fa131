"""The replay of a folder: one line for each file whatever is in it, and documents about one thing that use each other."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.recorded.folder import Folder
from tests.recorded.replay import Result, main, replay

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
FINCH = "https://blog.example/users/finch"
NOTE = "https://blog.example/n/1"
KEY = {"id": f"{FINCH}#key", "owner": FINCH}
DOCUMENTS = Path(__file__).parent / "documents"


def create(**said: Any) -> dict[str, Any]:
    """Return a Create by finch of a public post that says this."""
    note = {"id": NOTE, "type": "Note", "attributedTo": FINCH, "to": [PUBLIC], "content": "<p>Kettle descaled.</p>"}
    made = {"id": f"{NOTE}/activity", "type": "Create", "actor": FINCH, "to": [PUBLIC], "object": note | said}
    return made | {"published": said.get("published")}


def recorded(name: str) -> dict[str, Any]:
    """Return a document of the collection."""
    found: dict[str, Any] = json.loads((DOCUMENTS / f"{name}.json").read_text())
    return found


async def replayed(folder: Path, **documents: Any) -> dict[str, Result]:
    """Return what came of each document, in a folder of its own."""
    for name, document in documents.items():
        (folder / f"{name}.json").write_text(json.dumps(document))
    return {result.file.removesuffix(".json"): result for result in await replay(Folder(folder), folder)}


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
    results = await replayed(tmp_path, a=create(published=moment, updated=moment))

    [status] = results["a"].rows["statuses"]
    assert results["a"].verdict == "accepted"
    assert status["edited_at"] is None


async def test_an_update_finds_what_it_changes_in_the_folder(tmp_path: Path) -> None:
    """Whatever the files are called."""
    update = create(content="<p>Kettle bought.</p>", updated="2026-02-01T13:00:00Z", published="2026-02-01T12:00:00Z")
    update |= {"id": f"{NOTE}#update", "type": "Update"}

    results = await replayed(tmp_path, a=update, z=create(published="2026-02-01T12:00:00Z"))

    [status], [edit] = results["a"].rows["statuses"], results["a"].rows["edits"]
    assert (status["content_html"], edit["content_html"]) == ("<p>Kettle bought.</p>", "<p>Kettle descaled.</p>")


async def test_a_tally_finds_its_question_in_the_folder(tmp_path: Path) -> None:
    """Numbers change, and nothing is edited."""

    def asked(votes: int) -> dict[str, Any]:
        options = [{"type": "Note", "name": name, "replies": {"totalItems": votes}} for name in ("Tea", "Coffee")]
        return create(type="Question", oneOf=options, endTime="2027-01-01T00:00:00Z", published="2026-02-01T12:00:00Z")

    tally = asked(3) | {"id": f"{NOTE}#update", "type": "Update"}

    results = await replayed(tmp_path, a=tally, b=asked(0))

    assert [row["tallies"] for row in results["b"].rows["polls"]] == [[0, 0]]
    assert [row["tallies"] for row in results["a"].rows["polls"]] == [[3, 3]]
    assert not {"statuses", "edits"} & set(results["a"].rows)


async def test_what_is_taken_back_or_deleted_is_found_in_the_folder(tmp_path: Path) -> None:
    """By the activity, or by what it made; a like that was taken back no longer counts."""
    like = {
        "id": f"{FINCH}#like",
        "type": "Like",
        "actor": FINCH,
        "object": "https://ward.example/users/asha/statuses/1001",
    }
    undo = {"id": f"{FINCH}#undo", "type": "Undo", "actor": FINCH, "object": like["id"]}
    delete = {"id": f"{NOTE}#delete", "type": "Delete", "actor": FINCH, "object": NOTE}

    results = await replayed(tmp_path, like=like, undo=undo, delete=delete, made=create())

    assert [row["favourites_count"] for row in results["undo"].rows["statuses"]] == [0]
    assert [row["uri"] for row in results["delete"].rows["tombstones"]] == [NOTE]


async def test_an_actor_of_the_folder_is_who_sends(tmp_path: Path) -> None:
    """With its names, and with its followers, so that what is for them is private."""
    actor = {"id": FINCH, "type": "Person", "preferredUsername": "finch", "name": "Finch", "inbox": f"{FINCH}/inbox"}
    actor |= {"followers": f"{FINCH}/those", "publicKey": recorded("mastodon-person")["publicKey"] | KEY}
    private = create(to=[f"{FINCH}/those"]) | {"to": [f"{FINCH}/those"]}

    results = await replayed(tmp_path, actor=actor, note=private)

    assert [row["visibility"] for row in results["note"].rows["statuses"]] == ["private"]
    assert [row["display_name"] for row in results["note"].rows["accounts"]] == ["Finch"]
    assert [row["uri"] for row in results["actor"].rows["keys"]] == [KEY["id"]]


async def test_a_request_is_checked_with_the_key_of_an_actor_in_the_folder(tmp_path: Path) -> None:
    """When none lies beside it; without any it is refused."""
    request = {name: value for name, value in recorded("http-mastodon-post-cavage").items() if name != "key"}

    without = await replayed(tmp_path, request=request)
    with_actor = await replayed(tmp_path, request=request, actor=recorded("mastodon-person"))

    assert (without["request"].verdict, without["request"].reason) == ("refused", "not-found")
    assert with_actor["request"].verdict == "accepted"
    assert [row["uri"] for row in with_actor["request"].rows["favourites"]] == [
        "https://masto.example/users/okapi#likes/1"
    ]


async def test_a_group_is_told_by_what_it_sends(tmp_path: Path) -> None:
    """No actor is in the folder, and no index: the page is shown once, and a comment finds it."""
    group, stork = "https://forum.example/c/wound_care", "https://forum.example/u/stork"

    def passed_on(number: int, **said: Any) -> dict[str, Any]:
        made = {
            "id": f"https://forum.example/{number}",
            "attributedTo": stork,
            "to": [PUBLIC],
            "audience": group,
        } | said
        inner = {"id": f"{made['id']}#create", "type": "Create", "actor": stork, "to": [PUBLIC], "object": made}
        return {"id": f"{made['id']}#pass", "type": "Announce", "actor": group, "to": [PUBLIC], "object": inner}

    page = passed_on(4, type="Page", name="Gel or foam?", content="<p>Which?</p>")
    comment = passed_on(12, type="Note", content="<p>Same here.</p>", inReplyTo="https://forum.example/4")

    results = await replayed(tmp_path, comment=comment, page=page)

    assert sorted(row["boost_of_id"] is None for row in results["page"].rows["statuses"]) == [False, True]
    assert {row["uri"] for row in results["comment"].rows["statuses"]} == {
        "https://forum.example/4",
        "https://forum.example/12",
    }
    assert "notifications" not in results["comment"].rows


async def test_an_answer_of_a_relay_is_one_without_an_index(tmp_path: Path) -> None:
    """Whoever answers a follow of everything is one; a relay that says no is subscribed to no longer."""
    follow = {"id": "https://ward.example/follows/relay-1", "type": "Follow", "actor": "https://ward.example/actor"}
    no = {"id": "https://relay.example/7", "type": "Reject", "actor": "https://relay.example/actor"}

    results = await replayed(tmp_path, no=no | {"object": follow | {"object": PUBLIC}})

    assert [row["state"] for row in results["no"].rows["relays"]] == ["refused"]


def test_an_index_and_a_folder_may_differ(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Files that the index does not name, names without files, folders in the folder, rows without columns."""
    (tmp_path / "index.tsv").write_text(
        "file\timplementation\tkind\texpected\nb.json\tX\tactivity/Create Note\tkept\ngone.json\tX\tactor/Person\t\n"
        'half\n\n"odd\tX\nc.json\tX\t\t\n'
    )
    for name in ("b.json", "a.json", "c.json"):
        (tmp_path / name).write_text(json.dumps(create()))
    (tmp_path / "deep.json").mkdir()
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "d.json").write_text(json.dumps(create()))
    (tmp_path / "broken.json").symlink_to(tmp_path / "nowhere")

    code = main([str(tmp_path)])

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == 0
    assert [line["file"] for line in lines if line["verdict"] == "accepted"] == ["a.json", "b.json", "c.json"]
    assert {tuple(line) for line in lines} == {("file", "verdict", "reason", "rows")}
    assert [line["file"] for line in lines] == sorted(line["file"] for line in lines)


def test_a_document_may_have_another_ending_and_a_folder_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the index names is a document; an expectation beside one is not."""
    (tmp_path / "index.tsv").write_text("file\tkind\na.jsonld\tactivity/Create Note\n../a.json\tactivity\n")
    (tmp_path / "a.jsonld").write_text(json.dumps(create()))
    (tmp_path / "b.json").write_text(json.dumps(create()))
    (tmp_path / "b.expected.json").write_text("{}")
    (tmp_path / "c.json").mkdir()

    main([str(tmp_path)])

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["file"], line["verdict"]) for line in lines] == [("a.jsonld", "accepted"), ("b.json", "accepted")]


async def test_nonsense_beside_a_document_changes_nothing_of_it(tmp_path: Path) -> None:
    """Whatever the others claim to be."""
    odd: list[Any] = [None, 5, [], {}, [[]], {"id": 5}, {"type": 7}, "http://[", {"@value": "x"}, "9" * 400]
    for at, value in enumerate(odd):
        for kind in ("Create", "Update", "Undo", "Person", "Note", "Announce"):
            document = {"id": value, "type": kind, "actor": value, "object": value, "inbox": value}
            (tmp_path / f"odd-{at}-{kind}.json").write_text(json.dumps(document))

    folder = Folder(tmp_path, {"a.json": create()})
    found = next(result for result in await replay(folder, tmp_path) if result.file == "a.json")

    assert (found.verdict, [row["uri"] for row in found.rows["statuses"]]) == ("accepted", [NOTE])


@pytest.mark.parametrize(
    "index", [b"\xff\xfe\x00", b"", b"file\n", b"\x00\t\x00\n" * 9, b"file\tkind\na.json\t" + b"x" * 200_000]
)
def test_an_index_of_nonsense_is_none(index: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a document is can be told from itself."""
    (tmp_path / "index.tsv").write_bytes(index)
    (tmp_path / "a.json").write_text(json.dumps(create()))

    code = main([str(tmp_path)])

    assert code == 0
    assert [json.loads(line)["file"] for line in capsys.readouterr().out.splitlines()] == ["a.json"]


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
