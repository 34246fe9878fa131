"""Puts entities together from rendered parts, as text: nothing is parsed, nothing is encoded twice.

A part is a JSON object; what changes often (counts) or depends on the reader (flags) is put before its closing brace.
"""

from typing import Final

from node.entities.status import LIVE


def counted(replies: int, boosts: int, favourites: int) -> str:
    """Return what goes on from a part."""
    return f',"replies_count":{replies},"reblogs_count":{boosts},"favourites_count":{favourites}'


_TAGGED: Final = ',"tagged_collections":'


def ended(account: str) -> str:
    """Return what follows after what the reader did, up to what is boosted."""
    return f'{_TAGGED}[],"account":{account},"reblog":'


def linked(end: str, collections: str) -> str:
    """Return an end with the collections that the text links to."""
    return f"{_TAGGED}{collections}{end[len(_TAGGED) + 2 :]}"


def alive(part: str, live: str) -> str:
    """Return a part with what is made anew whenever it is read, `"poll":...,"reactions":...`, in its place."""
    return f"{part[: -len(LIVE)]},{live}}}"


def mine(marks: int, filtered: str = "[]") -> str:
    """Return what one signed-in reader did with a status, as `node.store.marks` counts it, and what their filters say."""
    return _UNFILTERED[marks] if filtered == "[]" else f'{_MARKS[marks]},"filtered":{filtered}'


MAY_PIN: Final = 32  # beside the marks: the post is the reader's own, and of a kind that may be pinned


def may_be_pinned(part: str) -> bool:
    """Tell whether a part is of a post that its author might pin; quotes inside a text are escaped."""
    return '"visibility":"direct"' not in part and '"local_only":true' not in part


def _marked(marks: int) -> str:
    words = ("favourited", "reblogged", "muted", "bookmarked", "pinned")
    said = words if marks >= MAY_PIN else words[:-1]
    return "".join(f',"{word}":{"true" if marks >> place & 1 else "false"}' for place, word in enumerate(said))


_MARKS: Final = tuple(_marked(marks) for marks in range(MAY_PIN << 1))
_UNFILTERED: Final = tuple(f'{said},"filtered":[]' for said in _MARKS)


def account(part: str, *, followers: int, following: int, statuses: int, last_status_on: str | None) -> str:
    """Return the whole Account as JSON text; `last_status_on` is a date like 2026-11-25."""
    last = "null" if last_status_on is None else f'"{last_status_on}"'
    return (
        f'{part[:-1]},"followers_count":{followers},"following_count":{following}'
        f',"statuses_count":{statuses},"last_status_at":{last}}}'
    )
