"""How a record that everybody may read is cited, linked to for good, and what may be done with it."""

from node.services import citing
from node.services.families import Part
from node.social.licences import URLS
from node.social.site import Site
from web.pages.views.reports import Cite
from web.pages.views.shell import Link


def cite_of(part: Part, site: Site) -> Cite | None:
    """Return the card of a record's citation; None for one that is not for everybody."""
    line = citing.line_of(part, site)
    if not line:
        return None
    start = f"/api/rounds/v1/records/{part.status_id}/citation"
    return Cite(
        line=line,
        url=part.url,
        licence=part.licence or "",
        licence_url=URLS.get(part.licence or "", ""),
        files=(Link("BibTeX", f"{start}.bib"), Link("RIS", f"{start}.ris")),
    )
