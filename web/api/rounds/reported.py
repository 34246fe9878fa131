"""The JSON of reports and citations: the structs of their OpenAPI."""

from datetime import date

from msgspec import Struct


class OriginEntity(Struct):
    """Where a sentence comes from: learning, action, share, source, measure, chart, place or text."""

    kind: str
    label: str
    url: str | None


class SentenceEntity(Struct):
    """One sentence with its source."""

    text: str
    source: OriginEntity


class SectionEntity(Struct):
    """One of the 18 items of SQUIRE 2.0; `typed` is what a person wrote here."""

    item: int
    key: str
    heading: str
    is_filled: bool
    may_be_typed: bool
    typed: str | None
    sentences: list[SentenceEntity]


class ReportEntity(Struct):
    """A report, made anew for whoever asks. `completeness` says how much is there; nothing depends on it."""

    id: str
    url: str
    title: str
    institution: str
    authors: list[str]
    written_on: date
    language: str
    filled: int
    completeness: str
    is_internal: bool
    withdrawn: str | None
    licence: str | None
    citation: str | None
    sections: list[SectionEntity]


class TextBody(Struct):
    """What is written into an item; an empty text takes it away."""

    text: str = ""
