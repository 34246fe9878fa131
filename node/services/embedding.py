"""A post of ours as other sites may show it: its words and who wrote them, if it is open to everybody."""

import re
from html import escape
from typing import Any, Final

from federation.audience import OPEN
from node.errors import not_found
from node.store import accounts, statuses
from node.store.accounts import Account
from node.store.statuses import Status
from node.store.unit import Snapshot

WIDTH: Final = 400
WIDTHS: Final = range(100, 2001)
CACHE_S: Final = 86_400
_PATH: Final = re.compile(r"/(?:@|users/)[A-Za-z0-9_.-]{1,64}/(?:statuses/)?(\d{1,19})/?")


def oembed(snapshot: Snapshot, url: str, *, width: int | None = None, height: int | None = None) -> dict[str, Any]:
    """Return the OEmbed of the post at `url`, by its page or its id. Raises: 404 for any other, and what is not for all."""
    status = _at(snapshot, url)
    author = accounts.by_id(snapshot, status.account_id) if status is not None else None
    if status is None or author is None:
        raise not_found()
    site = snapshot.site
    return {
        "type": "rich",
        "version": "1.0",
        "author_name": author.display_name or author.username,
        "author_url": author.url,
        "provider_name": site.host,
        "provider_url": f"{site.base_url}/",
        "cache_age": CACHE_S,
        "html": _html(status, author),
        "width": min(max(width or WIDTH, WIDTHS[0]), WIDTHS[-1]),
        "height": height,
    }


def _at(snapshot: Snapshot, url: str) -> Status | None:
    base_url = snapshot.site.base_url
    found = _PATH.fullmatch(url.removeprefix(base_url)) if url.startswith(f"{base_url}/") else None
    status = statuses.visible(snapshot, int(found[1]), None) if found is not None and int(found[1]) < 2**63 else None
    if status is None or not status.is_local or status.boost_of_id is not None or status.visibility not in OPEN:
        return None
    return status if url.rstrip("/") in (status.url, status.uri) else None


def _html(status: Status, author: Account) -> str:
    """Return a quotation in markup that was cleaned already; of a post with a warning the warning."""
    is_covered = bool(status.spoiler_text) or status.is_sensitive
    said = f"<p>{escape(status.spoiler_text or 'A post with a warning')}</p>" if is_covered else status.content_html
    who = escape(f"{author.display_name or author.username} (@{author.username})")
    when = f"{status.created_at:%Y-%m-%d}"
    link = f'<a href="{escape(status.url)}" rel="noopener noreferrer">{when}</a>'
    return f'<blockquote cite="{escape(status.url)}">{said}<footer>{who}, {link}</footer></blockquote>'
