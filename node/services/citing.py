"""How a record that everybody may read is cited; nothing else is."""

from federation.audience import OPEN
from node.errors import not_found
from node.learning import citation
from node.learning.citation import Cited
from node.services import looping
from node.services.families import Part
from node.social.site import Site
from node.store.unit import Snapshot


def cited(part: Part, site: Site) -> Cited | None:
    """Return what a citation of a record says; None when it is not for everybody, or was taken back."""
    if part.visibility not in OPEN or part.state == "withdrawn":
        return None
    return Cited(
        author=part.author.display_name.strip() or part.author.username,
        title=part.title,
        place=part.place,
        on=part.published_at.astimezone(site.zone).date(),
        url=part.url,
        key=f"{part.author.username}{part.published_at.astimezone(site.zone).year}{part.status_id}",
    )


def line_of(part: Part, site: Site) -> str:
    """Return the line by which a record is cited, empty for one that is not."""
    found = cited(part, site)
    return citation.line(found) if found else ""


def file_of(snapshot: Snapshot, viewer_id: int | None, status_id: int, form: str) -> str:
    """Return the citation of a record as `bib` or `ris`. Raises: 404."""
    found = cited(looping.part_of(snapshot, viewer_id, status_id), snapshot.site)
    if found is None or form not in ("bib", "ris"):
        raise not_found()
    return citation.bibtex(found) if form == "bib" else citation.ris(found)
