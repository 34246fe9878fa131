"""What a group of ours passes on: nothing that became private, and nothing of whom it put out."""

import pytest

from node.services import following
from node.store import accounts
from tests.node.federating.conftest import Ward, ward
from tests.node.federating.test_hosting import Clinic, clinic
from tests.support.peers import PUBLIC

__all__ = ["Ward", "clinic", "ward"]


@pytest.mark.parametrize("audience", ["followers", "direct"])
async def test_a_version_for_fewer_people_is_not_passed_on_to_the_group(clinic: Clinic, audience: str) -> None:
    """A member narrows who may read a post: the new words are not for the members."""
    page = clinic.page()
    await clinic.ward.takes(page)
    clinic.ward.network.clock.pass_time(minutes=1)
    okapi = clinic.ward.okapi
    names = {"to": [f"{okapi.uri}/followers" if audience == "followers" else clinic.pear.uri], "cc": []}
    now = clinic.ward.network.clock.now().isoformat()
    narrowed = page["object"] | {"content": "<p>Only for you</p>", "updated": now} | names

    await clinic.ward.takes(okapi.activity("Update", narrowed))

    assert clinic.passed("Update") == []
    held = await clinic.ward.holds(page["object"]["id"])
    assert held.visibility == ("private" if audience == "followers" else "direct")
    assert await clinic.ward.node.shown(await clinic.ward.node.user("cleo"), held.uri) is None


@pytest.mark.parametrize("how", ["blocked", "suspended", "removed"])
async def test_new_words_of_whom_a_group_put_out_are_not_passed_on(clinic: Clinic, how: str) -> None:
    """They post while they are a member, are put out, and edit the post."""
    page = clinic.page()
    await clinic.ward.takes(page)
    bystander = clinic.ward.peer.actor("bystander")
    await clinic.ward.takes(bystander.follow(clinic.group.uri), by=bystander)
    okapi = await clinic.ward.node.find(clinic.ward.okapi.handle)
    if how == "blocked":
        await clinic.ward.node.db.write(following.block, clinic.group.id, okapi.id)
    elif how == "suspended":
        await clinic.ward.node.db.write(accounts.change, okapi, is_suspended=True)
    else:
        removal = clinic.pear.activity("Delete", page["object"]["id"], to=[PUBLIC])
        await clinic.ward.takes(removal, by=clinic.pear)
    clinic.ward.network.clock.pass_time(minutes=1)
    now = clinic.ward.network.clock.now().isoformat()
    newer = page["object"] | {"content": "<p>Abuse</p>", "updated": now}

    await clinic.ward.takes(clinic.ward.okapi.activity("Update", newer))

    assert clinic.passed("Update") == []


async def test_a_suspended_moderator_moderates_no_more(clinic: Clinic) -> None:
    """A Delete is taken even of those kept out, for what is their own."""
    page = clinic.page()
    await clinic.ward.takes(page)
    pear = await clinic.ward.node.find(clinic.pear.handle)
    await clinic.ward.node.db.write(accounts.change, pear, is_suspended=True)

    await clinic.ward.takes(clinic.pear.activity("Delete", page["object"]["id"], to=[PUBLIC]), by=clinic.pear)

    held = await clinic.posted(page["object"]["id"])
    assert held is not None
    assert held.removed_at is None
    assert await clinic.ward.node.held(page["object"]["id"]) is not None
