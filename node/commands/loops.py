"""`rounds loops export`: this node's loops as an archive of tables for research."""

from pathlib import Path
from typing import BinaryIO

from node.commands.console import Code, Stop, say
from node.commands.database import Session, current
from node.services import researching
from node.settings import Settings

ACTOR = "command-line"


def export(settings: Settings, file: Path, *, is_all: bool) -> None:
    """Save the archive under a name that nothing has yet, for its owner's eyes."""
    with current(settings) as session:
        try:
            with file.open("xb") as out:
                file.chmod(0o600)
                size = session.run(_save(session, settings, out, is_all=is_all))
        except OSError as error:
            raise Stop(Code.SETTINGS, f"{file} cannot be written: {error.strerror}") from None
    say(f"{file}: {size} bytes. What may be done with it stands in its README.txt.")


async def _save(session: Session, settings: Settings, out: BinaryIO, *, is_all: bool) -> int:
    db, size = session.database, 0
    at = await db.write(researching.begin, actor=ACTOR, is_all=is_all)
    async for part in researching.archive(db, settings.site, settings.secret_key, at=at, is_all=is_all):
        size += out.write(part)
    return size
