"""Files are whole or absent, private to the node, and a key never leads out of their folder."""

import pytest

from node.gateways.blobs import FileBlobs


@pytest.fixture
def files(tmp_path):
    """Give a place for files that does not exist yet."""
    return FileBlobs(tmp_path / "media")


@pytest.mark.parametrize(
    ("key", "content_type"),
    [
        ("media/ab/12.png", "image/png"),
        ("a", "image/png"),
        ("x.png", "text/plain; charset=utf-8"),
        ("charts/1.tar.gz", "a/b"),
    ],
)
async def test_file_comes_back_with_its_type(files, key, content_type):
    """The ending may tell the type or not."""
    await files.put(key, b"\x00data", content_type=content_type)

    assert await files.get(key) == (b"\x00data", content_type)


async def test_file_is_replaced_with_its_type(files):
    """The newer wins, and no trace of the older stays."""
    await files.put("a.png", b"old", content_type="image/webp")
    await files.put("a.png", b"new", content_type="image/png")

    assert await files.get("a.png") == (b"new", "image/png")


async def test_absent_file_is_a_key_error(files):
    """So is a folder, and a file below a file."""
    await files.put("a/b", b"1", content_type="x/y")

    for key in ("nothing", "a", "a/b/c"):
        with pytest.raises(KeyError):
            await files.get(key)


async def test_deleted_file_is_gone_and_absent_is_fine(files):
    """Deleting twice is no error."""
    await files.put("a/b.bin", b"1", content_type="x/y")

    await files.delete("a/b.bin")
    await files.delete("a/b.bin")

    with pytest.raises(KeyError):
        await files.get("a/b.bin")


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/etc/passwd",
        "../x",
        "a/../b",
        "a//b",
        ".hidden",
        "a/.b",
        "A",
        "a b",
        "a\\b",
        "a\x00",
        "a/",
        "ä",
        "a" * 201,
        "a\n",
    ],
)
async def test_strange_key_is_refused(files, key):
    """No traversal, no hidden names, no surprises."""
    for call in (files.put(key, b"", content_type="x/y"), files.get(key), files.delete(key)):
        with pytest.raises(ValueError, match="key"):
            await call


async def test_files_are_readable_by_the_node_alone(files, tmp_path):
    """Media of a hospital is nobody else's on the machine."""
    await files.put("m/a.png", b"1", content_type="image/png")

    assert (tmp_path / "media/m/a.png").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "media").stat().st_mode & 0o777 == 0o700


async def test_failed_write_leaves_the_old_file_and_no_scrap(files, tmp_path, monkeypatch):
    """A full disk at the worst moment loses nothing."""
    await files.put("a.png", b"old", content_type="image/png")

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        await files.put("a.png", b"new", content_type="image/png")

    assert await files.get("a.png") == (b"old", "image/png")
    assert [path.name for path in (tmp_path / "media").iterdir()] == ["a.png"]
