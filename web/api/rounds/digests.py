"""The digest as an app shows it, and how somebody wants to be reminded."""

from typing import Final

from starlette.responses import Response

from node.services import choosing, digesting
from node.services.choosing import Change, Choices
from node.services.digesting import Item
from web import answers
from web.api import params
from web.api.rounds.digest_shapes import DigestEntity, FeedEntity, ItemEntity, PreferencesBody, PreferencesEntity
from web.api.rounds.openapi import READ, WRITE, row
from web.routing import Call


async def show_digest(call: Call) -> Response:
    """Return what is worth two minutes this week, as the weekly mail says it but with every title."""
    found = await call.node.db.read(digesting.digest, call.account_id)
    return answers.json(
        DigestEntity(
            week_of=found.on,
            cards=[_item(one) for one in found.cards],
            actions=[_item(one) for one in found.actions],
            result=None if found.result is None else _item(found.result),
            adopted=None if found.adopted is None else _item(found.adopted),
        )
    )


def _item(one: Item) -> ItemEntity:
    return ItemEntity(
        id=str(one.status_id), title=one.title, words=one.words, url=one.url, number_url=one.number_url or None
    )


async def show_preferences(call: Call) -> Response:
    """Return how the user wants to be reminded."""
    return await _preferences(call, await call.node.db.read(choosing.chosen, call.account_id))


async def change_preferences(call: Call) -> Response:
    """Change how the user wants to be reminded; what is absent stays."""
    sent = await params.decode(call, PreferencesBody)
    change = Change(
        digest=sent.digest, digest_day=sent.digest_day, reminders=sent.reminders, recall_posts=sent.recall_posts
    )
    return await _preferences(call, await call.node.db.write(choosing.choose, call.account_id, change))


async def renew_feed(call: Call) -> Response:
    """Give the digest as a feed a new secret address; the old one shows nothing any more."""
    return answers.json(FeedEntity(await call.node.db.write(choosing.renew_feed, call.account_id)))


async def _preferences(call: Call, held: Choices) -> Response:
    return answers.json(
        PreferencesEntity(
            digest=held.digest,
            digest_day=held.digest_day,
            reminders=held.reminders,
            recall_posts=held.recall_posts,
            can_mail=held.can_mail,
            feed_url=await call.node.db.read(choosing.feed, call.account_id),
        )
    )


OPERATIONS: Final = (
    row("GET", "/digest", show_digest, READ, DigestEntity),
    row("GET", "/preferences", show_preferences, READ, PreferencesEntity),
    row("PATCH", "/preferences", change_preferences, WRITE, PreferencesEntity, body=PreferencesBody),
    row("POST", "/preferences/feed", renew_feed, WRITE, FeedEntity),
)
