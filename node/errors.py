"""The two errors a caller may meet: `Problem` (we answer a client) and its common forms. Peers' faults are `PeerError`."""

import traceback
from collections.abc import Mapping, Sequence
from typing import Final


class Problem(Exception):
    """A refusal with an HTTP status, a stable code and a text that is safe to show.

    `field` names the wrong input; `retry_after_s` becomes a Retry-After header.
    """

    def __init__(
        self, status: int, code: str, text: str, *, field: str | None = None, retry_after_s: int | None = None
    ) -> None:
        super().__init__(f"{status} {code}")
        self.status: Final = status
        self.code: Final = code
        self.text: Final = text
        self.field: Final = field
        self.retry_after_s: Final = retry_after_s


class Faults(Problem):
    """A 422 that names everything wrong at once: for each field (code of Mastodon's, words that follow its name)."""

    def __init__(self, faults: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        words = [
            f"{field.replace('_', ' ').capitalize()} {text}" for field, found in faults.items() for _, text in found
        ]
        super().__init__(422, "invalid", f"Validation failed: {', '.join(words)}", field=next(iter(faults), None))
        self.faults: Final = faults


def not_found() -> Problem:
    """Return the one answer for absent and for not visible, on purpose the same."""
    return Problem(404, "not-found", "Record not found")


def invalid(text: str, *, field: str | None = None, code: str = "invalid") -> Problem:
    """Return a 422 whose text says what is wrong and what to do."""
    return Problem(422, code, text, field=field)


def forbidden(text: str = "This action is not allowed") -> Problem:
    """Return a 403."""
    return Problem(403, "forbidden", text)


def unauthorised(text: str = "The access token is invalid") -> Problem:
    """Return a 401."""
    return Problem(401, "unauthorised", text)


def busy(text: str = "The node cannot write just now. Nothing was saved. Try again.") -> Problem:
    """Return a 503 with a Retry-After: a full disk, a locked or absent database, a full queue."""
    return Problem(503, "busy", text, retry_after_s=5)


def place_of(error: BaseException) -> str:
    """Return the kind of an error and where in the code it happened, for the log.

    Never its message: that may hold what people wrote (a database names the value that was there twice).
    """
    return f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}"
