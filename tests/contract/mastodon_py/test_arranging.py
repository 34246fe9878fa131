"""Filters of both kinds, notifications and their policy, announcements, collections."""

import pytest

from tests.contract.mastodon_py.typed import Typed

pytestmark = pytest.mark.processes


@pytest.mark.filterwarnings("ignore::mastodon.errors.MastodonDeprecationWarning")
def test_filters_of_the_older_kind(ben: Typed) -> None:
    """One phrase each."""
    made = ben.filter_create("drill", ["home"], whole_word=True, expires_in=3600)

    assert ben.filter(made.id).phrase == "drill"
    assert made.id in [one.id for one in ben.filters()]
    assert ben.filter_update(made.id, phrase="saw", context=["home", "public"]).phrase == "saw"
    assert [
        one.content for one in ben.filters_apply([ben.toot("A saw"), ben.toot("A bed")], ben.filters(), "home")
    ] == ["<p>A bed</p>"]
    ben.filter_delete(made.id)
    assert made.id not in [one.id for one in ben.filters()]


def test_filters_have_keywords_and_posts(ben: Typed, cleo: Typed) -> None:
    """Each added and taken away by itself."""
    posted = cleo.toot("Not this")
    made = ben.create_filter_v2("Noise", ["home"], "warn", expires_in=3600, keywords_attributes=[{"keyword": "drill"}])

    assert ben.filter_v2(made.id).title == "Noise"
    assert made.id in [one.id for one in ben.filters_v2()]
    assert ben.update_filter_v2(made.id, title="Din", filter_action="hide").filter_action == "hide"
    keyword = ben.add_filter_keyword_v2(made.id, "saw", whole_word=True)
    assert [one.keyword for one in ben.filter_keywords_v2(made.id)] == ["drill", "saw"]
    ben.delete_filter_keyword_v2(keyword.id)
    status = ben.add_filter_status_v2(made.id, posted.id)
    assert [one.id for one in ben.filter_statuses_v2(made.id)] == [status.id]
    assert ben.filter_status_v2(status.id).status_id == posted.id
    ben.delete_filter_status_v2(status.id)
    ben.delete_filter_v2(made.id)
    assert made.id not in [one.id for one in ben.filters_v2()]


def test_notifications_are_read_one_by_one(asha: Typed, cleo: Typed) -> None:
    """And dismissed."""
    posted = asha.toot("Favourite this")
    cleo.status_favourite(posted.id)
    told = next(one for one in asha.notifications(types=["favourite"]) if one.status.id == posted.id)

    assert asha.notifications(told.id).account.acct == "cleo"
    assert asha.notifications_unread_count().count >= 1
    asha.notifications_dismiss(told.id)
    assert told.id not in [one.id for one in asha.notifications()]


def test_notifications_are_read_in_groups(asha: Typed, ben: Typed, cleo: Typed) -> None:
    """Those of one post together."""
    posted = asha.toot("Favourite this, both")
    for one in (ben, cleo):
        one.status_favourite(posted.id)
    page = asha.grouped_notifications(limit=10, types=["favourite"], expand_accounts="full")
    group = next(one for one in page.notification_groups if one.status_id == posted.id)

    assert group.notifications_count == 2
    assert asha.grouped_notification(group.group_key).notification_groups[0].group_key == group.group_key
    assert {one.acct for one in asha.grouped_notification_accounts(group.group_key)} == {"ben", "cleo"}
    assert asha.unread_grouped_notifications_count(types=["favourite"]) >= 1
    asha.dismiss_grouped_notification(group.group_key)
    left = asha.grouped_notifications(types=["favourite"]).notification_groups
    assert posted.id not in [one.status_id for one in left]


def test_strangers_ask_to_notify(ben: Typed, cleo: Typed, dan: Typed, eli: Typed) -> None:
    """Where the policy says so; each is let in or not."""
    assert dan.update_notifications_policy(for_not_following="filter").for_not_following == "filter"
    for one in (ben, cleo, eli):
        one.toot("@dan may I ask?")
        one.toot("@dan and this?")
    asking = {one.account.acct: one for one in dan.notification_requests(limit=10)}

    assert dan.notifications_policy().summary.pending_requests_count == len(asking) == 3
    assert dan.notification_request(asking["ben"].id).account.acct == "ben"
    dan.accept_notification_request(asking["ben"].id)
    dan.dismiss_notification_request(asking["cleo"].id)
    dan.accept_multiple_notification_requests([asking["eli"].id])
    assert dan.notifications_merged() in (True, False)
    for one in (ben, cleo):
        one.toot("@dan once more")
    dan.dismiss_multiple_notification_requests([one.id for one in dan.notification_requests()])
    assert dan.notification_requests() == []
    dan.update_notifications_policy(for_not_following="accept")
    dan.notifications_clear()
    assert dan.notifications() == []


def test_announcements_are_reacted_to_and_dismissed(cleo: Typed) -> None:
    """By each for themselves."""
    (told,) = cleo.announcements()

    cleo.announcement_reaction_create(told.id, "👍")
    assert [one.name for one in cleo.announcements()[0].reactions if one.me] == ["👍"]
    cleo.announcement_reaction_delete(told.id, "👍")
    assert [one.name for one in cleo.announcements()[0].reactions if one.me] == []
    cleo.announcement_dismiss(told.id)
    assert cleo.announcements()[0].read


def test_collections_of_people(asha: Typed, cleo: Typed, eli: Typed) -> None:
    """Are made, changed, added to, and left."""
    for one in (cleo, eli):
        one.account_update_credentials(discoverable=True)
    made = asha.collection_create("People of the wards", description="Ask them", account_ids=[cleo.me().id]).collection

    shown = asha.collection(made.id)
    assert [one.acct for one in shown.accounts if one.acct != "asha"] == ["cleo"]
    assert asha.collection_update(made.id, name="Ward people").collection.name == "Ward people"
    assert made.id in [one.id for one in asha.account_collections(asha.me().id).collections]
    assert made.id in [one.id for one in cleo.account_in_collections(cleo.me().id).collections]
    first = shown.collection["items"][0].id
    second = asha.collection_item_add(made.id, eli.me().id).collection_item.id
    cleo.collection_item_revoke(made.id, first)
    asha.collection_item_delete(made.id, second)
    asha.collection_delete(made.id)
    assert made.id not in [one.id for one in asha.account_collections(asha.me().id).collections]
