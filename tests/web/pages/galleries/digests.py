"""The week, how it comes, and the end of its mails."""

from collections.abc import Iterator

from tests.web.pages.exhibits import GUEST, SHELL
from web.pages.views.digest import DigestPage, Ending, Line, Reminding, Section
from web.pages.views.forms import Choice, Form, Mistake
from web.pages.views.shell import Shell


def cases() -> Iterator[tuple[str, str, Shell, object]]:
    """Yield what is worth seeing."""
    due = Line(
        "Soft-close lids", "/loops/1", "The number for the week of 16 November is missing.", "/actions/1/numbers"
    )
    cards = Section("Worth seeing again", (Line("Two cannulas were left in", "/loops/2", ""),))
    yield "digest", "digest", SHELL, DigestPage("23 November", (cards, Section("What you are trying", (due,))))
    yield "digest-empty", "digest", SHELL, DigestPage("23 November", ())
    days = (Choice("0", "Monday"), Choice("1", "Tuesday"))
    form = Form({"mail": "1", "digest_day": "1", "reminders": "1"})
    feed = "https://ward.example/digest.atom?key=x"
    yield "reminding", "reminding", SHELL, Reminding(form=form, days=days, can_mail=True, feed=feed)
    wrong = Form({"digest_day": "9"}, (Mistake("digest_day", "Choose a day."),))
    yield "reminding-without-mail", "reminding", SHELL, Reminding(form=wrong, days=days, can_mail=False)
    yield "ending", "ending", GUEST, Ending("1.2.abc")
    yield "ended", "ending", GUEST, Ending()
