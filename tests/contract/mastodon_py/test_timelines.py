"""Timelines, lists, pages, searching, trends, markers and conversations."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from node.services import trending
from node.store import jobs, tables
from node.store.unit import Unit
from tests.contract.mastodon_py.conftest import client
from tests.contract.mastodon_py.typed import Typed
from tests.support.open_node import OpenNode

pytestmark = pytest.mark.processes


def test_every_timeline_shows_a_post(asha: Typed, ben: Typed) -> None:
    """Home, public, local, by hashtag, and of one person."""
    posted = asha.toot("Handover at the bed #bedside")

    pages = (
        asha.timeline_home(),
        asha.timeline("home"),
        ben.timeline_public(local=True),
        ben.timeline_local(),
        ben.timeline_hashtag("bedside"),
        ben.account_statuses(asha.me().id, exclude_replies=True, tagged="bedside"),
    )
    assert [posted.id in [one.id for one in page] for page in pages] == [True] * len(pages)
    assert asha.timeline_is_available("public", local=True, fail_hard=True)
    assert asha.timeline_is_available("hashtag", with_auth=True)


def test_a_list_has_people_and_a_timeline(asha: Typed, cleo: Typed) -> None:
    """Of those who are in it."""
    asha.account_follow(cleo.me().id)
    made = asha.list_create("Night team", replies_policy="followed", exclusive=False)
    asha.list_accounts_add(made.id, [cleo.me().id])
    posted = cleo.toot("Quiet night")

    assert asha.timeline_list(made.id)[0].id == posted.id
    assert [one.acct for one in asha.list_accounts(made.id)] == ["cleo"]
    assert [one.id for one in asha.account_lists(cleo.me().id)] == [made.id]
    assert asha.list(made.id).title == "Night team"
    assert made.id in [one.id for one in asha.lists()]
    assert asha.list_update(made.id, "Late team", exclusive=True).exclusive
    asha.list_accounts_delete(made.id, [cleo.me().id])
    assert asha.list_accounts(made.id) == []
    asha.list_delete(made.id)
    assert made.id not in [one.id for one in asha.lists()]
    asha.account_unfollow(cleo.me().id)


def test_pages_lead_to_one_another(dan: Typed) -> None:
    """Forward, back, and all of them."""
    posted = [dan.toot(f"Note {number} #pages").id for number in range(5)]
    first = dan.timeline_hashtag("pages", limit=2)

    second = dan.fetch_next(first)

    assert [one.id for one in (*first, *second)] == posted[:0:-1]
    assert [one.id for one in dan.fetch_previous(second)] == [one.id for one in first]
    assert [one.id for one in dan.fetch_remaining(dan.timeline_hashtag("pages", limit=2))] == posted[::-1]
    assert [one.id for one in dan.pagination_iterator(first)] == posted[::-1]
    assert [len(page) for page in dan.pagination_page_iterator(first)][:2] == [2, 2]
    assert str(dan.get_pagination_info(first, "next")["max_id"]) == str(first[-1].id)


def test_searching_finds_people_posts_and_hashtags(asha: Typed, cleo: Typed) -> None:
    """By the old call, the new one, and the one that chooses."""
    cleo.account_update_credentials(indexable=True)
    posted = cleo.toot("Thermometers are in drawer nine #thermometers")

    assert [one.acct for one in asha.search("cleo", result_type="accounts").accounts] == ["cleo"]
    assert [one.name for one in asha.search_v2("thermometers", result_type="hashtags").hashtags] == ["thermometers"]
    assert [one.id for one in asha.search_v2("drawer nine", result_type="statuses", resolve=False).statuses] == [
        posted.id
    ]


def test_what_many_talk_about_trends(asha: Typed, ben: Typed, cleo: Typed, dan: Typed, here: OpenNode) -> None:
    """Hashtags, posts and links, as far as an administrator lets them."""
    posted = asha.toot("Everybody talks of #gloves")
    card = here.row(
        "cards",
        fetched_at=...,
        url="https://news.example/gloves",
        title="Gloves",
        state="shown",
        provider_name="News",
        created_at=...,
    )
    talking = [posted, *(one.toot("Yes, #gloves") for one in (ben, cleo, dan))]
    for status in talking:
        here.write(_link, int(status.id), card)
    for one in (ben, cleo, dan):
        one.status_favourite(posted.id)
    here.write(trending.count)
    tag = next(one for one in asha.admin_trending_tags() if one.name == "gloves")

    assert asha.admin_approve_trending_tag(tag.id).name == "gloves"
    assert asha.admin_approve_trending_status(posted.id).id == posted.id
    assert asha.admin_approve_trending_link(card).title == "Gloves"
    assert posted.id in [one.id for one in asha.admin_trending_statuses()]
    assert "https://news.example/gloves" in [one.url for one in asha.admin_trending_links()]
    assert "gloves" in [one.name for one in ben.trending_tags(limit=5)]
    assert "gloves" in [one.name for one in ben.trends()]
    assert posted.id in [one.id for one in ben.trending_statuses()]
    assert "https://news.example/gloves" in [one.url for one in ben.trending_links()]
    assert {one.id for one in ben.timeline_link("https://news.example/gloves")} == {one.id for one in talking}
    assert asha.admin_reject_trending_tag(tag.id).name == "gloves"
    assert asha.admin_reject_trending_status(posted.id).id == posted.id
    assert asha.admin_reject_trending_link(card).title == "Gloves"


def _link(unit: Unit, status_id: int, card_id: int) -> None:
    unit.conn.execute(insert(tables.status_cards).values(status_id=status_id, card_id=card_id))


def test_markers_are_kept(ben: Typed) -> None:
    """Where one was reading."""
    posted = ben.toot("Read up to here")

    ben.markers_set(["home"], [posted.id])

    assert ben.markers_get(["home"])["home"].last_read_id == posted.id


def test_a_conversation_is_read(asha: Typed, ben: Typed) -> None:
    """And begun by a direct post."""
    posted = asha.status_post("@ben a word", visibility="direct")
    found = next(one for one in ben.conversations() if one.last_status.id == posted.id)

    assert found.unread
    assert not ben.conversations_read(found.id).unread


def test_a_thread_that_is_completed_says_so(asha: Typed, here: OpenNode) -> None:
    """By a header that the library waits by."""
    posted = asha.toot("Of elsewhere")
    here.write(_from_elsewhere, int(posted.id))

    context = asha.status_context(posted.id)
    refresh, wait_s = asha.get_async_refresh_info(context)

    assert (refresh.status, wait_s > 0) == ("running", True)
    assert asha.get_async_refresh_status(refresh.id).status == "running"
    assert asha.await_async_refresh(context, max_attempts=1) is None
    here.write(_completed)
    assert asha.await_async_refresh(context, max_attempts=1).descendants == []


def _from_elsewhere(unit: Unit, status_id: int) -> None:
    uri, s = f"https://far.example/notes/{status_id}", tables.statuses
    unit.conn.execute(s.update().where(s.c.id == status_id).values(uri=uri, is_local=False))
    later = unit.now + timedelta(hours=1)
    unit.conn.execute(insert(tables.backfills).values(uri=uri, begun_at=unit.now, next_at=later))
    jobs.add(unit, "thread", uri, at=later, uri=uri)


def _completed(unit: Unit) -> None:
    unit.conn.execute(tables.jobs.delete().where(tables.jobs.c.kind == "thread"))


def test_somebody_without_a_token_reads_what_is_public(here: OpenNode, asha: Typed) -> None:
    """As web pages of others do."""
    posted = asha.toot("For everybody")

    assert client(here, None).status(posted.id).id == posted.id
