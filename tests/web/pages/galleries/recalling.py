"""Worth seeing again: a card, one with news, one that was taken back, and nothing."""

from collections.abc import Iterator
from dataclasses import replace

from tests.web.pages.exhibits import SHELL
from web.pages.views.recalling import Answered, Card, Recalling
from web.pages.views.shell import Link, Shell

CARD = Card(
    action="/recall/7",
    question="Which patients wake at night on our ward, and what wakes them?",
    answer=("Those beside the bins.", "The lids slam."),
    by="Ines Halloran, Linden Vale",
    loop_url="/loops/1",
)


def cases() -> Iterator[tuple[str, str, Shell, object]]:
    """Yield what is worth seeing."""
    shell = replace(SHELL, current="today")
    answered = Answered(words="Saved. You see it again on 3 December.", undo="/recall/6/undo")
    yield "recall", "recall", shell, Recalling(card=CARD, more=3, answered=answered)
    news = replace(CARD, reason="Riverside stopped trying it", reason_url="/loops/2")
    yield "recall-result", "recall", shell, Recalling(card=news)
    yield "recall-withdrawn", "recall", shell, Recalling(card=replace(CARD, withdrawn="The count was wrong."))
    empty = Recalling(
        card=None,
        title="Nothing to see again yet",
        text="What you record, bookmark or try comes back here, so that it sticks.",
        link=Link("Record a learning", "/record"),
    )
    yield "recall-empty", "recall", shell, empty
    yield "recall-enough", "recall", shell, Recalling(card=None, title="Enough for today", text="2 more can wait.")
