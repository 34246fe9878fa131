"""Media files in a folder, each whole or absent, readable by the node's user alone. Keys are our own, never from outside."""

import asyncio
import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from typing_extensions import override

from node.ports import Blobs

_KEY: Final = re.compile(r"[a-z0-9_-][a-z0-9._-]*(/[a-z0-9_-][a-z0-9._-]*){0,7}")
_MAX_KEY_CHARS: Final = 200
_UNKNOWN_TYPE: Final = "application/octet-stream"
_TYPES: Final = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpg": "image/jpeg",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".ogg": "audio/ogg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webm": "video/webm",
    ".webp": "image/webp",
}


class FileBlobs(Blobs):
    """Keeps files under `root`. A content type that the key's ending does not tell lies in a hidden file beside."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @override
    async def put(self, key: str, data: bytes, *, content_type: str) -> None:
        """Store a file whole or not at all. Raises: ValueError for a strange key, OSError when the disk is full."""
        await asyncio.to_thread(self._put, self._path(key), data, content_type)

    @override
    async def get(self, key: str) -> tuple[bytes, str]:
        """Return a file and its content type. Raises: KeyError when absent."""
        path = self._path(key)
        try:
            return await asyncio.to_thread(_load, path)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise KeyError(key) from None

    @override
    async def delete(self, key: str) -> None:
        """Remove a file; absent is fine."""
        await asyncio.to_thread(_remove, self._path(key))

    def _path(self, key: str) -> Path:
        return self._root / checked_key(key)

    def _put(self, path: Path, data: bytes, content_type: str) -> None:
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _TYPES.get(path.suffix) == content_type:
            _type_path(path).unlink(missing_ok=True)
        else:
            _write(_type_path(path), content_type.encode())
        _write(path, data)
        _sync_folder(path.parent)


def checked_key(key: str) -> str:
    """Give the key back. Raises: ValueError when it could lead anywhere else."""
    if len(key) > _MAX_KEY_CHARS or not _KEY.fullmatch(key):
        raise ValueError("a blob's key is made of [a-z0-9_-] words, dots inside them, and slashes between")
    return key


def _type_path(path: Path) -> Path:
    return path.with_name(f".{path.name}.type")  # no key can name it: a word never starts with a dot


def _load(path: Path) -> tuple[bytes, str]:
    data = path.read_bytes()
    try:
        return data, _type_path(path).read_text()
    except FileNotFoundError:
        return data, _TYPES.get(path.suffix, _UNKNOWN_TYPE)


def _remove(path: Path) -> None:
    with suppress(FileNotFoundError, NotADirectoryError):
        path.unlink()
    with suppress(FileNotFoundError, NotADirectoryError):
        _type_path(path).unlink()


def _write(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")  # made with mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
