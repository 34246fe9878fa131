"""Names and words of strangers never choose where something lies or is read from."""

from pathlib import Path

import httpx
import pytest

from node.gateways.blobs import FileBlobs
from tests.security.sending import upload
from tests.support.films import SECRET
from tests.support.world import World, make_world
from tests.web.api.test_media import picture

NAMES = ["../../x.png", "/etc/x.png", "a\\..\\b.png", "a\0b.png", "x" * 5000 + ".png", "..", "", '"><script>.png']


@pytest.mark.parametrize("name", NAMES)
async def test_S127_a_file_lies_under_a_name_of_ours(tmp_path: Path, database_url: str, name: str) -> None:
    """Within the media folder; what its sender called it is nowhere."""
    world = await make_world(database_url, tmp_path)
    folder = tmp_path / "media"
    object.__setattr__(world.node, "blobs", FileBlobs(folder))
    ines = await world.user("ines")

    answer = await upload(world, ines, picture(), name=name, kind="image/png")

    kept = _files(folder)
    assert (answer.status_code, len(kept)) in ((200, 2), (400, 0), (422, 0))
    assert (answer.status_code == 200) == (0 < len(name) < 5000)
    assert all(path.parts[0] == "files" and len(path.stem) in (32, 38) for path in kept)
    assert not any("x.png" in str(path) or "etc" in path.parts for path in _files(tmp_path))
    await world.close()


def _files(folder: Path) -> list[Path]:
    return [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]


PATHS = [
    "/media/..%2f..%2fconfig",
    "/media/%2e%2e/x",
    "/media/../secrets.toml",
    "/media//etc/passwd",
    "/media/files/leak.png",
    "/static//etc/passwd",
    "/static/..%2f..%2fentities.py",
    "/static/%2e%2e/entities.py",
    "/media_proxy/..%2f..%2fx/small",
    "/media_proxy/%2e%2e/original",
]


@pytest.mark.parametrize("path", PATHS)
async def test_S128_no_path_leads_out_of_a_folder(tmp_path: Path, database_url: str, path: str) -> None:
    """Not by dots, not by slashes, not by a link that somebody put into the folder."""
    world = await make_world(database_url, tmp_path)
    folder = tmp_path / "media"
    (folder / "files").mkdir(parents=True)
    (tmp_path / "config").write_text(SECRET)
    (folder / "files" / "leak.png").symlink_to(tmp_path / "config")
    object.__setattr__(world.node, "blobs", FileBlobs(folder))

    answer = await world.anybody.get(httpx.URL(f"https://ward.example{path}"))

    assert answer.status_code == 404
    assert SECRET not in answer.text
    await world.close()


@pytest.mark.parametrize("word", ["../../etc/passwd", "..%2f..", "/etc/passwd", "en/../../x", "\\..\\x"])
async def test_S129_words_that_choose_a_language_are_never_paths(world: World, word: str) -> None:
    """A code or nothing: what else is sent is left aside or refused."""
    ines = await world.user("ines")
    client = world.client(ines)

    answers = [
        await client.post("/api/v1/statuses", json={"status": "Gel", "language": word}),
        await client.get("/api/v1/custom_emojis", params={"pack": word, "theme": word, "lang": word}),
        await client.get(f"/emoji/{word}"),
        await client.get("/", params={"lang": word, "theme": word}, headers={"accept-language": word}),
    ]

    assert [answer.status_code for answer in answers[:2]] == [200, 200]
    assert answers[0].json()["language"] == "en"
    assert answers[2].status_code in (404, 422)
    assert not any("root:" in answer.text for answer in answers)
