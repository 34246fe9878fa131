"""What relays answer."""

from federation import effects
from node.services import relaying
from node.store.unit import Unit


def answer(unit: Unit, effect: effects.AnswerRelay) -> None:
    """Write down that a relay took our subscription, or not."""
    relaying.answer(unit, follow_uri=effect.follow_uri, actor_uri=effect.actor_uri, is_accepted=effect.is_accepted)
