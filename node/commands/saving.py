"""`rounds backup` and `rounds restore`: one archive of a SQLite node's database, media and secrets, whole or not at all.

A backup may be made while the node runs. A restore looks at the archive first, all of it, and is refused while a process holds
the data; what was there before is kept aside, the write-ahead log with it, so that no old log meets a restored database.
"""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any, Final

from node import locking
from node.clock import SystemClock
from node.commands import database
from node.commands.console import Code, Stop, say
from node.settings import Settings

MANIFEST: Final = "manifest.json"
DATABASE: Final = "rounds.sqlite3"
SECRETS: Final = "secrets.toml"
_CHUNK: Final = 1024 * 1024
_BESIDE: Final = ("-wal", "-shm", "-journal")


def backup(settings: Settings, file: Path) -> None:
    """Write an archive of everything that this node keeps. Raises: `Stop`."""
    kept = _database(settings)
    if file.exists():
        raise Stop(Code.FAILED, f"{file} exists already. Name another.")
    with tempfile.TemporaryDirectory(dir=settings.data_dir) as folder:
        copy = Path(folder) / DATABASE
        with closing(sqlite3.connect(kept)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        database.check_known(_revision(copy))
        files = {DATABASE: copy, SECRETS: settings.secrets_file, **_media(settings)}
        partial = file.with_name(f"{file.name}.partial")
        with _open_private(partial) as stream, tarfile.open(fileobj=stream, mode="w") as archive:
            sums = {name: _add(archive, name, path) for name, path in files.items()}
            _add_text(archive, MANIFEST, json.dumps({"made_at": SystemClock().now().isoformat(), "files": sums}))
        partial.rename(file)
    say(f"{file} holds {len(files)} files of {settings.institution_name}. Keep it where only you can read it.")


def restore(settings: Settings, file: Path) -> None:
    """Put an archive in the place of what is there, which is kept aside. Raises: `Stop`; then nothing has changed."""
    _database(settings, must_exist=False)
    with _holding(settings), tempfile.TemporaryDirectory(dir=settings.data_dir) as folder:
        new = Path(folder) / "new"
        _unpack(file, new)
        _check(new / DATABASE)
        aside = settings.data_dir / f"before-restore-{SystemClock().now():%Y%m%dT%H%M%SZ}"
        aside.mkdir()
        _swap(settings, new, aside)
    say(f"{file} is restored. What was there before is in {aside}.")


def _database(settings: Settings, *, must_exist: bool = True) -> Path:
    file = settings.database_file
    if file is None:
        raise Stop(
            Code.SETTINGS, "This node is on PostgreSQL: save it with pg_dump, and copy the media and the secrets."
        )
    if must_exist and not file.exists():
        raise Stop(Code.DATABASE, f"The database {file} does not exist. There is nothing to save.")
    return file


@contextmanager
def _holding(settings: Settings) -> Iterator[None]:
    """Hold the data of a node alone, as the serving process does. Raises: `Stop` naming who holds them."""
    try:
        lock = locking.hold(settings.data_dir)
    except locking.Held as held:
        raise Stop(Code.FAILED, f"Process {held} holds the data of this node. Stop it first.") from None
    with lock:
        yield


def _media(settings: Settings) -> dict[str, Path]:
    folder = settings.media_dir
    found = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {f"media/{path.relative_to(folder).as_posix()}": path for path in found}


def _open_private(file: Path) -> IO[bytes]:
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _add(archive: tarfile.TarFile, name: str, path: Path) -> str:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    archive.add(path, name, recursive=False)
    return digest


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    entry, data = tarfile.TarInfo(name), text.encode()
    entry.size = len(data)
    archive.addfile(entry, io.BytesIO(data))


def _unpack(file: Path, folder: Path) -> None:
    try:
        with tarfile.open(file, "r:") as archive:
            listed = archive.extractfile(MANIFEST)
            sums: dict[str, Any] = json.load(listed)["files"] if listed is not None else {}
            for name, digest in sums.items():
                _take(archive, name, folder, digest)
    except (OSError, tarfile.TarError, KeyError, ValueError, TypeError, EOFError) as error:
        raise Stop(Code.FAILED, f"{file} is no whole backup ({type(error).__name__}). Nothing was changed.") from None
    if not {DATABASE, SECRETS} <= sums.keys():
        raise Stop(Code.FAILED, f"{file} is no whole backup. Nothing was changed.")


def _take(archive: tarfile.TarFile, name: str, folder: Path, digest: str) -> None:
    target = (folder / name).resolve()
    source = archive.extractfile(name)
    if source is None or not target.is_relative_to(folder.resolve()):
        raise ValueError(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    seen = hashlib.sha256()
    with _open_private(target) as out:
        while data := source.read(_CHUNK):
            seen.update(data)
            out.write(data)
    if seen.hexdigest() != digest:
        raise ValueError(name)


def _check(file: Path) -> None:
    try:
        with closing(sqlite3.connect(file)) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchone()[0]
        database.check_known(_revision(file))
    except sqlite3.Error as error:
        raise Stop(Code.FAILED, f"The database in the backup is broken ({error}). Nothing was changed.") from None
    if found != "ok":
        raise Stop(Code.FAILED, "The database in the backup is broken. Nothing was changed.")


def _revision(file: Path) -> str | None:
    with closing(sqlite3.connect(file)) as connection:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if row is None else str(row[0])


def _swap(settings: Settings, new: Path, aside: Path) -> None:
    place = _database(settings, must_exist=False)
    old = [place, *(place.with_name(place.name + end) for end in _BESIDE), settings.secrets_file, settings.media_dir]
    for path in old:
        if path.exists():
            shutil.move(path, aside / path.name)
    for name, path in ((DATABASE, place), (SECRETS, settings.secrets_file)):
        shutil.move(new / name, path)
    if (new / "media").exists():
        shutil.move(new / "media", settings.media_dir)
    else:
        settings.media_dir.mkdir()
