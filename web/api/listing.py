"""Lists as answers: entities that are JSON text already, put between brackets, with the Link header of their page."""

from collections.abc import Iterable, Sequence

from starlette.responses import Response

from node.errors import invalid
from node.services.reading import Line, Listed, Page
from web import answers
from web.api import paging
from web.routing import MAX_ID, Call


def array(entities: Iterable[str]) -> str:
    """Return rendered entities as one JSON array."""
    return f"[{','.join(entities)}]"


def statuses(call: Call, lines: Sequence[Line]) -> Response:
    """Return a page of statuses; it has a next and a previous page unless it is empty."""
    ends = (lines[-1].id, lines[0].id) if lines else (None, None)
    headers = paging.link(call, next_id=ends[0], prev_id=ends[1])
    return answers.rendered(array(line.json for line in lines), headers=headers)


def edges(call: Call, found: Sequence[Listed], page: Page, *, prev: str = "since_id") -> Response:
    """Return a page of entities that is paged by hidden ids; only a full page has a next one."""
    is_full = len(found) >= page.limit
    headers = paging.link(
        call,
        next_id=found[-1].id if found and is_full else None,
        prev_id=found[0].id if found else None,
        prev=prev,
    )
    return answers.rendered(array(one.json for one in found), headers=headers)


def ids(sent: Sequence[str] | None, *, field: str, most: int) -> list[int]:
    """Return the ids that a client names, each once; what cannot be an id is left out. Raises: 422 for too many."""
    named = list(dict.fromkeys(sent or ()))
    if len(named) > most:
        raise invalid(f"Validation failed: {field} may have at most {most} entries", field=field)
    return [int(one) for one in named if is_id(one)]


def is_id(text: str) -> bool:
    """Tell whether a text can be an id of ours."""
    return text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= MAX_ID
