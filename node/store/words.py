"""Which posts hold which words: FTS5 on SQLite, tsvector on PostgreSQL, both over words that `social.queries` made plain.

A row for each post with words, written with the post and gone with it. Both kinds answer alike: every word matches what begins with it, words of
a phrase stand beside one another.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import BigInteger, Subquery, select, text

from node.social.markup import plain
from node.social.queries import Sought, plain_words
from node.store import tables
from node.store.compiled import PreparedOn
from node.store.unit import Snapshot, Unit

MOST_CANDIDATES: Final = 5000  # of the newest posts with the words, that are looked at
MIN_BEGINNING: Final = 3  # letters; a shorter word must be there as a whole

_PUT: Final = {
    "sqlite": "INSERT INTO status_words (rowid, words) VALUES (:id, :words)",
    "postgresql": "INSERT INTO status_words (status_id, words) VALUES (:id, to_tsvector('simple', :words))",
}
_DROP: Final = {
    "sqlite": "DELETE FROM status_words WHERE rowid = :id",
    "postgresql": "DELETE FROM status_words WHERE status_id = :id",
}
_FIND: Final = {
    "sqlite": "SELECT rowid AS id FROM status_words WHERE status_words MATCH :wanted AND rowid < :under AND rowid > :over"
    " ORDER BY rowid DESC LIMIT :most",
    "postgresql": "SELECT status_id AS id FROM status_words WHERE words @@ to_tsquery('simple', :wanted)"
    " AND status_id < :under AND status_id > :over ORDER BY status_id DESC LIMIT :most",
}


def put(unit: Unit, status_id: int, *texts: str, is_new: bool = True) -> None:
    """Keep the words of a post, in the place of those it had."""
    words = " ".join(word for one in texts for word in plain_words(one))
    if not is_new:
        _drop.run(unit.conn, id=status_id)
    if words:
        _put.run(unit.conn, id=status_id, words=words)


_put = PreparedOn(lambda conn: text(_PUT[conn.dialect.name]))
_drop = PreparedOn(lambda conn: text(_DROP[conn.dialect.name]))


def candidates(snapshot: Snapshot, sought: Sought, *, over: int, under: int) -> tuple[Subquery, dict[str, Any]]:
    """Return the selection of the newest posts with the words that are looked for, and what it binds."""
    name = snapshot.conn.dialect.name
    wanted = _fts5(sought) if name == "sqlite" else _tsquery(sought)
    found = text(_FIND[name]).columns(id=BigInteger).subquery("candidates")
    return found, {"wanted": wanted, "over": over, "under": under, "most": MOST_CANDIDATES}


def _fts5(sought: Sought) -> str:
    """Return the query in FTS5's language; words are letters and digits alone, so that quoting is safe."""
    wanted = " AND ".join(_fts5_phrase(phrase) for phrase in sought.terms)
    unwanted = "".join(f" NOT {_fts5_phrase(phrase)}" for phrase in sought.without)
    return f"({wanted}){unwanted}"


def _fts5_phrase(phrase: Sequence[str]) -> str:
    return f'"{" ".join(phrase)}"' + (" *" if _is_beginning(phrase) else "")


def _tsquery(sought: Sought) -> str:
    wanted = [_tsquery_phrase(phrase) for phrase in sought.terms]
    return " & ".join([*wanted, *(f"!({_tsquery_phrase(phrase)})" for phrase in sought.without)])


def _tsquery_phrase(phrase: Sequence[str]) -> str:
    *first, last = (f"'{word}'" for word in phrase)
    return " <-> ".join([*first, f"{last}:*" if _is_beginning(phrase) else last])


def _is_beginning(phrase: Sequence[str]) -> bool:
    return len(phrase) == 1 and len(phrase[0]) >= MIN_BEGINNING


def put_some(unit: Unit, *, after_id: int, limit: int) -> int | None:
    """Keep the words of the next posts that have none kept; return the last id looked at, None when there are no more."""
    s = tables.statuses
    columns = (s.c.id, s.c.spoiler_text, s.c.text, s.c.content_html)
    statement = select(*columns).where(s.c.id > after_id, s.c.boost_of_id.is_(None)).order_by(s.c.id).limit(limit)
    rows = unit.conn.execute(statement).all()
    ids = [row[0] for row in rows]
    more: dict[int, list[str]] = {one: [] for one in ids}
    for status_id, description in unit.conn.execute(_descriptions.where(tables.media.c.status_id.in_(ids))):
        more[status_id].append(description)
    for status_id, options in unit.conn.execute(_options.where(tables.polls.c.status_id.in_(ids))):
        more[status_id] += options
    for status_id, spoiler_text, typed, content_html in rows:
        put(unit, status_id, spoiler_text, typed or plain(content_html), *more[status_id], is_new=False)
    return ids[-1] if ids else None


_descriptions: Final = select(tables.media.c.status_id, tables.media.c.description)
_options: Final = select(tables.polls.c.status_id, tables.polls.c.options)
