"""Emojis that others put under our posts, and take away."""

from federation import effects, uris
from node.services import reacting
from node.store import accounts, domains, statuses
from node.store.unit import Unit


def react(unit: Unit, effect: effects.React) -> None:
    """Put an emoji under a post, if its actor may see it; a custom one unless a moderator wants no pictures of its host."""
    account, status = accounts.by_uri(unit, effect.actor_uri), statuses.by_uri(unit, effect.object_uri)
    if account is None or status is None or not statuses.visible_to_peer(unit, status, account.id):
        return
    hosts = domains.hosts_of(account.uri, account.host)
    if effect.url is None or not domains.standing(unit, *hosts, uris.host_of(effect.url)).no_media:
        put = reacting.Put(effect.name, effect.url, effect.uri)
        reacting.keep_reaction(unit, account.id, status, put, is_only=effect.is_only)


def unreact(unit: Unit, effect: effects.Unreact) -> None:
    """Take an emoji away."""
    account, status = accounts.by_uri(unit, effect.actor_uri), statuses.by_uri(unit, effect.object_uri)
    if account is not None and status is not None:
        reacting.take_back(unit, account.id, status, name=effect.name, uri=effect.uri)
