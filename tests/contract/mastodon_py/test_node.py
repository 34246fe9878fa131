"""What the node says of itself, apps and signing in, push, and streams."""

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any, Final

import pytest
from mastodon import Mastodon, StreamListener
from mastodon.errors import MastodonAPIError, MastodonNotFoundError, MastodonUnauthorizedError

from tests.contract.mastodon_py.conftest import client
from tests.contract.mastodon_py.typed import Typed
from tests.support.open_node import CLIENT_ID, CLIENT_SECRET, OpenNode

pytestmark = pytest.mark.processes

LIMIT_S: Final = 15
SCOPES: Final = ["read", "write"]


def test_the_version_is_understood(asha: Typed) -> None:
    """By a client that looks before it calls."""
    assert asha.retrieve_mastodon_version(fail_hard=True).startswith("4.")
    assert asha.verify_minimum_version("4.5.0")
    assert not asha.verify_minimum_version("5.0.0")
    assert asha.client.mastodon_api_version > 0
    asha.clear_caches()
    asha.set_language("de")
    assert asha.get_approx_server_time() is not None


@pytest.mark.filterwarnings("ignore::mastodon.errors.MastodonDeprecationWarning")
def test_the_node_says_what_it_is(asha: Typed) -> None:
    """To whoever asks."""
    assert asha.instance().title == asha.instance_v1().title == asha.instance_v2().title == "Ward"
    assert asha.instance_v2().api_versions["mastodon"] > 0
    assert len(asha.instance_activity()) == 12
    assert asha.instance_peers() == []
    assert asha.instance_health() is True
    assert asha.instance_nodeinfo().software.name == "rounds"
    assert [one.text for one in asha.instance_rules()] == ["Be kind"]
    assert "We learn" in asha.instance_extended_description().content
    assert "We learn" in asha.instance_terms_of_service().content
    assert asha.instance_translation_languages() == {}
    assert [one.code for one in asha.instance_languages()] == ["en"]
    assert asha.custom_emojis() == []
    assert asha.oauth_authorization_server_info().token_endpoint.endswith("/oauth/token")
    assert asha.stream_healthy()


def test_a_year_in_review_is_not_made(asha: Typed) -> None:
    """As on a Mastodon where it is off."""
    assert asha.annual_reports().annual_reports == []
    assert asha.annual_report_state(2025).state == "ineligible"
    assert asha.annual_report_generate(2025) == {}
    for call in (asha.annual_report, asha.annual_report_read):
        with pytest.raises(MastodonNotFoundError):
            call(2025)


def test_an_app_is_registered_and_signs_in(here: OpenNode) -> None:
    """With a password where a node is open for tests; its token ends when it says so."""
    client_id, secret = Mastodon.create_app(
        "Round", scopes=SCOPES, api_base_url=here.url, website="https://app.example"
    )
    ben = Mastodon(client_id=client_id, client_secret=secret, api_base_url=here.url)

    assert ben.auth_request_url(scopes=SCOPES, state="s", allow_http=True).startswith(f"{here.url}/oauth/authorize?")
    token = ben.log_in("ben", here.password("ben"), scopes=SCOPES, allow_http=True)

    assert ben.app_verify_credentials().name == "Round"
    assert ben.me().acct == "ben"
    assert token in str(ben.persistable_login_credentials())
    ben.revoke_access_token(allow_http=True)
    with pytest.raises(MastodonUnauthorizedError):
        client(here, token).me()


def test_somebody_signs_up(here: OpenNode) -> None:
    """Through an app, and may have the mail sent again while it is not answered."""
    app = Mastodon(CLIENT_ID, CLIENT_SECRET, api_base_url=here.url)

    token = app.create_account(
        "noor", "a long pass phrase", "noor@mail.example", agreement=True, reason="Ward 4", scopes=SCOPES
    )

    noor = client(here, token)
    assert noor.account_verify_credentials().acct == "noor"
    with pytest.raises(MastodonAPIError):
        noor.email_resend_confirmation()  # nobody waits for one


# ------------------------------------------------------------------ push


@contextmanager
def pushed_to() -> Iterator[tuple[str, "queue.Queue[tuple[Any, bytes]]"]]:
    """Give the address of a push service, and what reaches it."""
    arrived: queue.Queue[tuple[Any, bytes]] = queue.Queue()

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            arrived.put((self.headers, self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(201)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Service) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/one", arrived
        finally:
            server.shutdown()
            thread.join()


def test_a_push_is_decrypted(asha: Typed, ben: Typed) -> None:
    """With the keys that the library made, in the older form it understands."""
    private, public = asha.push_subscription_generate_keys()
    with pushed_to() as (endpoint, arrived):
        assert asha.push_subscription_set(endpoint, public, mention_events=True).alerts.mention
        assert asha.push_subscription().endpoint == endpoint
        ben.toot("@asha a word")
        headers, body = arrived.get(timeout=LIMIT_S)
        told = asha.push_subscription_decrypt_push(body, private, headers["encryption"], headers["crypto-key"])
        assert not asha.push_subscription_update(mention_events=False, poll_events=True).alerts.mention
        asha.push_subscription_delete()

    assert told.notification_type == "mention"
    with pytest.raises(MastodonNotFoundError):
        asha.push_subscription()


# ------------------------------------------------------------------ streams


class Ear(StreamListener):
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.heard: queue.Queue[tuple[str, Any]] = queue.Queue()

    def on_any_event(self, name: str, data: Any = None, for_stream: str | None = None) -> None:
        """Keep the name and what it is about."""
        self.heard.put((name, data))

    def next(self, name: str) -> Any:
        """Return the next of a kind."""
        while True:
            heard, data = self.heard.get(timeout=LIMIT_S)
            if heard == name:
                return data


def _streams(asha: Typed, list_id: object) -> dict[str, Any]:
    one = asha.client
    return {
        "user": one.stream_user,
        "notifications": one.stream_user_notifications,
        "public": one.stream_public,
        "local": one.stream_local,
        "hashtag": lambda ear, **more: one.stream_hashtag("heard", ear, **more),
        "list": lambda ear, **more: one.stream_list(list_id, ear, **more),
        "direct": one.stream_direct,
    }


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_streams_tell_what_happens(asha: Typed, ben: Typed, kind: str) -> None:
    """Over HTTP, each by itself, and over one socket, all at once."""
    asha.account_follow(ben.me().id)
    made = asha.list_create("Heard")
    asha.list_accounts_add(made.id, [ben.me().id])
    streams, ears = _streams(asha, made.id), {}
    socket = asha.stream_open_websocket() if kind == "websocket" else None
    handles = []
    for name, listen in streams.items():
        ears[name] = Ear()
        more = {"websocket_handle": socket} if socket else {"run_async": True}
        handles.append(listen(ears[name], **more))

    public = ben.toot("Do you hear me? @asha #heard")
    secret = ben.status_post("@asha only you", visibility="direct")

    for name in ("user", "public", "local", "hashtag", "list"):
        assert ears[name].next("update").id == public.id
    assert ears["notifications"].next("notification").status.id == public.id
    assert ears["direct"].next("conversation").last_status.id == secret.id
    closing = [Thread(target=handle.close) for handle in ([socket] if socket else handles)]
    for thread in closing:
        thread.start()
    ben.toot("Over @asha #heard")  # whoever reads has to hear something to notice that it was closed
    ben.status_post("@asha over", visibility="direct")
    for thread in closing:
        thread.join(2 * LIMIT_S)
    asha.list_delete(made.id)
    asha.account_unfollow(ben.me().id)
