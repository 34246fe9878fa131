"""The chart of a Share as a picture for servers that show images only, and when the Share goes out.

How it works. A Share with a series waits; two jobs are queued with it. `chart` draws the picture in the workshop,
attaches it and lets the Share go. `release`, due after 60 seconds, lets it go without. Whichever comes first removes the
row of `release`, which is the one sign that the Share still waits: so it goes out once, whatever fails or is repeated.
A picture that comes later is sent as an Update. It is drawn from the record, so it shows what may leave and no more.
"""

import hashlib
from typing import Final

from msgspec import Struct

from federation.records import fields
from node.events import StatusReady
from node.learning import picture as pictures
from node.learning.findings import alt_text
from node.ports import Blobs, Workshop
from node.services import plotting, posting, recording, writing
from node.services.plotting import Series
from node.store import jobs, media, records, statuses
from node.store.database import Database
from node.store.media import Media
from node.store.unit import Snapshot, Unit

MAX_CHARTS: Final = 4
_TYPE: Final = "image/png"
_STYLE: Final = (
    "text{fill:#495963}.lab{fill:#14222a}.goal-t{fill:#17663a}.b-t{fill:#1a5fb4}.w-t{fill:#b04600}"
    ".zone{fill:#e2eeef}.grid{stroke:#d5dde1}.axis{stroke:#70818b}.ev{stroke:#495963}"
    ".med{stroke:#14222a;stroke-width:1.5}.goal{stroke:#17663a;stroke-width:1.5;stroke-dasharray:8 5}"
    ".limit{stroke:#495963;stroke-dasharray:2 4}.seg-l{stroke:#495963;stroke-width:1.5}"
    ".seg-b{stroke:#1a5fb4;stroke-width:2}.seg-w{stroke:#b04600;stroke-width:2}"
    ".pt{fill:#fff;stroke:#495963;stroke-width:1.5}.pb{fill:#1a5fb4}.pw{fill:#b04600}.end{fill:#14222a}"
    ".px{fill:#fff;stroke:#495963;stroke-width:1.5}"
)


class Picture(Struct, frozen=True):
    """A drawn chart that lies in the blobs, with the words that stand for it."""

    blob: str
    description: str
    width: int
    height: int


class _Wanted(Struct, frozen=True):
    series: tuple[Series, ...]
    revision: int


async def draw(db: Database, workshop: Workshop, blobs: Blobs, status_id: int) -> None:
    """Draw the charts of a Share, attach them and let it go out. A Share that is gone or has no series needs none."""
    wanted = await db.read(_wanted, status_id)
    drawn = [await picture(workshop, blobs, series, status_id) for series in wanted.series]
    await db.write(attach, status_id, drawn, wanted.revision)


async def release(db: Database, status_id: int) -> None:
    """Let a Share go out without its chart, if it still waits."""
    await db.write(let_go, status_id)


async def picture(workshop: Workshop, blobs: Blobs, series: Series, status_id: int) -> Picture:
    """Draw one chart and keep it under a name that nobody can guess; the same chart of a post has the same name."""
    data = await png(workshop, series)
    blob = f"charts/{status_id}/{hashlib.sha256(data).hexdigest()}.png"
    await blobs.put(blob, data, content_type=_TYPE)
    return Picture(blob, alt_text(series.definition, series.analysis), *pictures.size_of(data))


async def png(workshop: Workshop, series: Series) -> bytes:
    """Draw one chart as a PNG of 1200 x 675 pixels."""
    return await workshop.run(
        pictures.chart_png, series.definition, series.points, series.analysis, labels=series.labels
    )


def file(series: Series) -> str:
    """Return one chart as an SVG file that needs no style sheet."""
    drawn = series.svg()
    start = '<svg xmlns="http://www.w3.org/2000/svg" width="100%" font-family="system-ui, sans-serif" font-size="12"'
    return drawn.replace("<svg", start, 1).replace("<title", f"<style>{_STYLE}</style><title", 1)


def attach(unit: Unit, status_id: int, drawn: list[Picture], revision: int) -> None:
    """Attach the pictures in place of earlier ones; the Share goes out now, or is sent again if it has gone.

    Pictures of a revision that was replaced meanwhile are left: the one that replaced it asked for its own.
    """
    status = statuses.by_id(unit, status_id)
    kept = records.of_status(unit, status_id)
    if status is None or kept is None or kept.revision != revision:
        return
    files = [_file(unit, status.account_id, one) for one in drawn]
    for file in files:
        media.insert(unit, file)
    if not jobs.drop(unit, "release", str(status_id)):
        posting.renew(unit, status, recording.said(unit, status, recording.typed(kept), files=files))
        return
    media.attach(unit, status_id, [file.id for file in files])
    writing.render(unit, status_id)
    unit.record(StatusReady(status_id))


def let_go(unit: Unit, status_id: int) -> None:
    """Send a Share that waits for its chart; once."""
    if jobs.drop(unit, "release", str(status_id)) and statuses.by_id(unit, status_id) is not None:
        unit.record(StatusReady(status_id))


def _wanted(snapshot: Snapshot, status_id: int) -> _Wanted:
    kept = records.of_status(snapshot, status_id)
    record = recording.typed(kept) if kept else None
    if kept is None or not isinstance(record, fields.LearningShare):
        return _Wanted((), 0)
    told = [measure for measure in record.measures if measure.points]
    ranked = sorted(told, key=lambda measure: measure.kind != "outcome")[:MAX_CHARTS]
    return _Wanted(tuple(plotting.series_in(measure, record.day_zero) for measure in ranked), kept.revision)


def _file(unit: Unit, account_id: int, drawn: Picture) -> Media:
    return Media(
        id=unit.new_id(),
        account_id=account_id,
        status_id=None,
        position=0,
        kind="image",
        content_type=_TYPE,
        blob=drawn.blob,
        preview_blob=None,
        remote_url=None,
        description=drawn.description,
        blurhash=None,
        width=drawn.width,
        height=drawn.height,
        focus_x=0.0,
        focus_y=0.0,
        created_at=unit.now,
    )
