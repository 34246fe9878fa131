"""Reports of other servers reach the moderators, whole and without telling anything back."""

from typing import Any

import pytest

from node.services import reporting
from node.store.reports import Shown
from tests.node.federating.conftest import Ward


async def reports(ward: Ward) -> list[Shown]:
    return await ward.node.db.read(reporting.unresolved)


def flag(ward: Ward, about: Any, **changes: Any) -> dict[str, Any]:
    return ward.okapi.activity("Flag", about, content="Looks like an advert", **changes)


async def test_report_names_account_and_posts(ward: Ward) -> None:
    """One report for one account, with the posts that were named beside it."""
    post = await ward.node.post(ward.asha, "Gel by every bed")

    await ward.takes(flag(ward, [ward.asha.account.uri, post.uri]))

    (report,) = await reports(ward)
    said = (report.host, report.target, report.status_ids, report.comment)
    assert said == ("masto.example", "asha", [post.id], "Looks like an advert")


async def test_report_of_a_post_alone_is_about_its_author(ward: Ward) -> None:
    """Lemmy names only the post, and says why in the summary."""
    post = await ward.node.post(ward.asha, "Gel by every bed")

    await ward.takes(ward.okapi.activity("Flag", post.uri, summary="wrong community"))

    (report,) = await reports(ward)
    assert (report.target, report.status_ids, report.comment) == ("asha", [post.id], "wrong community")


async def test_moderators_are_told_once(ward: Ward) -> None:
    """Whoever may do something about it hears of it; the reported person does not."""
    moderator = await ward.node.world.user("mod", role="moderator")
    act = flag(ward, ward.asha.account.uri)

    await ward.takes(act)
    await ward.takes(act)

    told = [await ward.node.count(person, "admin.report") for person in (moderator, ward.asha)]
    assert told == [1, 0]


@pytest.mark.parametrize("about", ["direct", "unknown"])
async def test_S069_report_does_not_confirm_what_its_sender_cannot_see(ward: Ward, about: str) -> None:
    """A direct post and an id that does not exist are answered and kept alike: without the post."""
    hidden = await ward.node.post(ward.asha, "For nobody else", visibility="direct")
    uri = hidden.uri if about == "direct" else f"{ward.asha.account.uri}/statuses/1"

    answer = await ward.takes(flag(ward, [ward.asha.account.uri, uri]))

    (report,) = await reports(ward)
    assert (answer.status_code, report.status_ids) == (202, [])


async def test_comment_that_is_markup_is_kept_as_text(ward: Ward) -> None:
    """What moderators read cannot do anything."""
    await ward.takes(flag(ward, ward.asha.account.uri) | {"content": "<p>rude<script>alert(1)</script></p>"})

    (report,) = await reports(ward)
    assert "<" not in report.comment
    assert "rude" in report.comment


async def test_report_about_nobody_here_is_ignored(ward: Ward) -> None:
    """Other servers' people are other moderators' business."""
    answer = await ward.takes(flag(ward, "https://elsewhere.example/users/x"))

    assert (answer.json()["reason"], await reports(ward)) == ("unknown-object", [])
