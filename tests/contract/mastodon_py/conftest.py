"""One open node for all tests of this folder, with five people, each with an app of theirs."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest
from mastodon import Mastodon

from node.services import announcing
from node.services.announcing import Words
from tests.contract.mastodon_py.typed import Typed
from tests.support.open_node import APP_TOKEN, OpenNode, open_node

PEOPLE: Final[Mapping[str, Mapping[str, Any]]] = {
    "asha": {"role": "admin"},
    "ben": {},
    "cleo": {},
    "dan": {},
    "eli": {"locked": True},
}


@pytest.fixture(scope="package")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenNode]:
    """Return the node, with an announcement, a rule and terms, which only administrators of the machine make."""
    with open_node(tmp_path_factory.mktemp("open"), PEOPLE, publish_domain_blocks="everyone") as node:
        node.write(announcing.publish, Words(text="Tea in the hall"), by="admin")
        node.row("rules", text="Be kind", hint="Always", translations={"de": {"text": "Sei nett", "hint": ""}})
        for kind in ("about", "privacy", "terms"):
            said = {"text": "We learn", "content_html": "<p>We learn</p>"}
            node.row("documents", kind=kind, effective_at=..., created_at=..., **said)
        yield node


def client(node: OpenNode, token: str | None) -> Typed:
    """Return the library for one token; it looks at our version before each call, and at whether it knows the call."""
    return Typed(Mastodon(access_token=token, api_base_url=node.url, version_check_mode="created", request_timeout=20))


@pytest.fixture
def asha(here: OpenNode) -> Typed:
    """Return the app of Asha, an administrator."""
    return client(here, here.token("asha"))


@pytest.fixture
def ben(here: OpenNode) -> Typed:
    """Return the app of Ben."""
    return client(here, here.token("ben"))


@pytest.fixture
def cleo(here: OpenNode) -> Typed:
    """Return the app of Cleo."""
    return client(here, here.token("cleo"))


@pytest.fixture
def dan(here: OpenNode) -> Typed:
    """Return the app of Dan."""
    return client(here, here.token("dan"))


@pytest.fixture
def eli(here: OpenNode) -> Typed:
    """Return the app of Eli, who lets followers in one by one."""
    return client(here, here.token("eli"))


@pytest.fixture
def app(here: OpenNode) -> Typed:
    """Return an app alone, without a user."""
    return client(here, APP_TOKEN)
