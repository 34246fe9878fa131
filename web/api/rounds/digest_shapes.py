"""The JSON of the digest and of preferences: with `shapes` and `bodies` the contract."""

from datetime import date

from msgspec import Struct


class ItemEntity(Struct):
    """One line of the digest: a record and what it wants. `number_url` is a page with one box."""

    id: str
    title: str
    words: str
    url: str
    number_url: str | None


class DigestEntity(Struct):
    """What is worth two minutes in the week that began on a day."""

    week_of: date
    cards: list[ItemEntity]
    actions: list[ItemEntity]
    result: ItemEntity | None
    adopted: ItemEntity | None


class PreferencesEntity(Struct):
    """How somebody wants to be reminded. `digest`: mail or none; `digest_day`: 0 is Monday; `feed_url` is a secret."""

    digest: str
    digest_day: int
    reminders: bool
    recall_posts: bool
    can_mail: bool
    feed_url: str | None


class PreferencesBody(Struct):
    """What changes: absent leaves as it is."""

    digest: str | None = None
    digest_day: int | None = None
    reminders: bool | None = None
    recall_posts: bool | None = None


class FeedEntity(Struct):
    """The address of the digest as an Atom feed; whoever has it reads it."""

    feed_url: str
