"""One process at a time holds the data of a SQLite node: a lock of the system, which ends with the process however it ends."""

import fcntl
import os
from pathlib import Path
from typing import IO, Final

NAME: Final = "rounds.lock"


class Held(Exception):
    """Another process holds the data; the text is its number, as far as it is known."""


def hold(folder: Path) -> IO[str]:
    """Hold the data in a folder until the file that is returned is closed. Raises: Held."""
    lock = (folder / NAME).open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.seek(0)
        holder = lock.read(20).strip()
        lock.close()
        raise Held(holder or "another") from None
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock
