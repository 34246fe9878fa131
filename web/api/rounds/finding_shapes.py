"""The JSON of finding: records that are alike, and what a source is called."""

from msgspec import Struct

from web.api.rounds.shapes import RecordEntity


class AlikeEntity(Struct):
    """A record that is like another or like a text, and why, in words."""

    record: RecordEntity
    reasons: list[str]
    is_same_source: bool


class AlikeQuery(Struct):
    """A text that somebody is writing."""

    text: str


class SourceQuery(Struct):
    """A DOI, PMID, arXiv id or address, however it is written."""

    q: str


class SourceEntity(Struct):
    """A source and what it is called. `state`: found, waiting (asked now), absent (nobody can say) or unknown (nobody is asked)."""

    key: str
    doi: str | None
    pmid: str | None
    link: str | None
    title: str | None
    state: str
