"""A ration ends: in requests, in time for each host, and for a host that failed."""

from datetime import timedelta

import pytest

from federation.reasons import PeerError, Reason
from node.ports import Fetched
from node.services.rationing import Rationed, Spent
from tests.support.clock import FrozenClock
from tests.support.ports import Documents

ONE, TWO, OTHER = "https://a.example/1", "https://a.example/2", "https://b.example/1"


class Failing(Documents):
    """A fetcher whose first host asks to be left alone."""

    async def activity(self, uri: str) -> Fetched:
        """Fail for one host."""
        self.asked.append(uri)
        if uri.startswith("https://a."):
            raise PeerError(Reason.UNREACHABLE, retry_after="600")
        return Fetched(uri, {"id": uri})


async def test_no_more_is_asked_than_the_ration_allows() -> None:
    """Of whatever kind; and the end is no peer's fault."""
    documents = Documents()
    documents.documents = {uri: {"id": uri} for uri in (ONE, TWO, OTHER)}
    ration = Rationed(documents, requests=2)

    await ration.activity(ONE)
    await ration.json(TWO, accept="application/json")

    with pytest.raises(Spent):
        await ration.activity(OTHER)
    assert documents.asked == [ONE, TWO]


async def test_a_host_whose_time_is_over_is_not_asked() -> None:
    """Nor counted."""
    documents = Documents()
    ration = Rationed(documents, requests=2, per_host_s=0)

    with pytest.raises(PeerError) as refused:
        await ration.activity(ONE)

    assert (refused.value.reason, documents.asked, ration.has_failed) == (Reason.UNREACHABLE, [], True)


async def test_a_host_that_failed_is_left_and_its_wish_remembered() -> None:
    """Others go on."""
    failing, now = Failing(), FrozenClock().now()
    ration = Rationed(failing, requests=9)

    for uri in (ONE, TWO):
        with pytest.raises(PeerError):
            await ration.activity(uri)
    await ration.activity(OTHER)

    assert failing.asked == [ONE, OTHER]
    assert ration.asked_to_wait(now) == now + timedelta(minutes=10)


async def test_a_post_that_is_not_there_leaves_its_host_open() -> None:
    """404 says something about the post alone."""
    documents = Documents()
    ration = Rationed(documents, requests=9)

    with pytest.raises(PeerError):
        await ration.activity("no address at all")

    assert (ration.has_failed, ration.asked_to_wait(FrozenClock().now())) == (False, None)
