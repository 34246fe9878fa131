"""What an app asks about quotes, answered with the entity as it is afterwards."""

from node.errors import invalid, not_found
from node.services import approving, reading
from node.services.reading import Listed, Page
from node.social.consent import QUOTE_POLICIES
from node.store import lines, quotes, statuses
from node.store.unit import Snapshot, Unit


def quotes_page(snapshot: Snapshot, viewer_id: int | None, status_id: int, page: Page) -> list[Listed]:
    """Return a page of the posts that quote a post and that the viewer may see, newest first; its author sees all.

    Raises: 404.
    """
    quoted = statuses.visible(snapshot, status_id, viewer_id)
    if quoted is None:
        raise not_found()
    if quoted.account_id == viewer_id:
        return [Listed(line.id, line.json) for line in quotes.shown_to_author(snapshot, viewer_id, status_id, page)]
    found = lines.by_edges(snapshot, viewer_id, quotes.quoting(status_id, viewer_id), page)
    return [Listed(edge_id, json) for edge_id, json in found]


def revoked(unit: Unit, account_id: int, status_id: int, quoting_id: int) -> str:
    """Take back that a post may quote one of the account's own; return the quoting post. Raises: 404, 403."""
    approving.revoke(unit, account_id, status_id, quoting_id)
    return reading.status(unit, account_id, quoting_id)


def policy_set(unit: Unit, account_id: int, status_id: int, word: str | None) -> str:
    """Change who may quote a post of one's own and return it; None changes nothing. Raises: 404, 422."""
    if word is not None:
        approving.set_policy(unit, account_id, status_id, policy_word(word))
    return reading.status(unit, account_id, status_id)


def policy_word(word: str) -> str:
    """Return who may quote, as apps say it. Raises: 422."""
    if word not in QUOTE_POLICIES:
        choices = ", ".join(QUOTE_POLICIES)
        raise invalid(
            f"Validation failed: quote_approval_policy must be one of {choices}", field="quote_approval_policy"
        )
    return word
