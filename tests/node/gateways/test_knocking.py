"""Who does not know one form of signature is asked in another, once, and what was taken is told to who remembers."""

import httpx
import pytest

from federation.reasons import PeerError, Reason
from federation.signatures import http
from node.gateways.deliver import HttpDeliverer
from node.gateways.fetch import HttpFetcher
from tests.node.gateways.doubles import NOW, StillClock, Web, key_pair, signing_key

INBOX = "https://peer.example/inbox"
PAGE = "https://peer.example/users/a/followers?page=1"
BODY = b'{"type":"Create"}'
DOCUMENT = {"content-type": "application/activity+json"}


def form_of(request):
    """Tell how a request is signed, which must be right, with the query or without."""
    target = request.url.raw_path.decode()
    bare = [("cavage-bare", target.partition("?")[0])] if "?" in target else []
    for form, signed in (*bare, ("cavage", target)):
        try:
            http.verify(
                request.method,
                signed,
                dict(request.headers),
                request.content,
                public_pem=key_pair()[1],
                now=NOW,
                hosts={"peer.example", "other.example"},
            )
        except PeerError:
            continue
        return "rfc9421" if "signature-input" in request.headers else form
    return "wrong"


def taking(form, *, status=202, otherwise=401, headers=None, content=b""):
    """Answer as a server that takes one form alone."""

    async def answer(request):
        if form_of(request) == form:
            return httpx.Response(status, headers=DOCUMENT, content=content)
        return httpx.Response(otherwise, headers=headers)

    return answer


async def delivered(answer, **options):
    """Post to a server; return how it went and in which forms it was asked."""
    web = Web({INBOX: answer})
    deliverer = HttpDeliverer(web.client(), StillClock())
    got = await deliverer.post(INBOX, BODY, signing_key(), **options)
    deliverer.close()
    return got, [form_of(request) for request in web.requests]


@pytest.mark.parametrize("otherwise", [400, 401])
async def test_post_that_is_refused_is_signed_the_new_way(otherwise):
    """The older form first, because everybody knows it."""
    got, forms = await delivered(taking("rfc9421", otherwise=otherwise))

    assert forms == ["cavage", "rfc9421"]
    assert (got.status, got.form) == (202, "rfc9421")


@pytest.mark.parametrize("form", ["cavage", "rfc9421"])
async def test_post_begins_with_what_was_taken_last(form):
    """No second knock where the first is right."""
    got, forms = await delivered(taking(form), form=form)

    assert (forms, got.form) == ([form], form)


async def test_post_goes_back_to_the_older_form():
    """A server that was put back to an older version is not lost."""
    got, forms = await delivered(taking("cavage"), form="rfc9421")

    assert (forms, got.form) == (["rfc9421", "cavage"], "cavage")


@pytest.mark.parametrize("status", [403, 404, 410, 429, 500, 308])
async def test_other_answers_are_not_about_the_signature(status):
    """They count as they are."""
    got, forms = await delivered(httpx.Response(status, headers={"location": "https://other.example/"}))

    assert (got.status, got.form, forms) == (status, None, ["cavage"])


async def test_first_answer_counts_when_both_are_refused():
    """A 401 can be mended, so it is not lost over a 400 to a form that the peer never knew."""
    answers = iter([401, 400])

    async def answer(_request):
        return httpx.Response(next(answers))

    got, forms = await delivered(answer)

    assert (got.status, got.form, len(forms)) == (401, None, 2)


async def test_wish_of_a_peer_is_fulfilled():
    """It says what must be covered, and gives a word to send back."""
    wish = 'sig1=("@method" "@target-uri" "@authority" "content-digest" "content-type");nonce="abc"'
    web = Web({INBOX: taking("rfc9421", headers={"accept-signature": wish})})
    deliverer = HttpDeliverer(web.client(), StillClock())

    await deliverer.post(INBOX, BODY, signing_key())
    deliverer.close()

    described = web.requests[1].headers["signature-input"]
    assert described.startswith('sig1=("@method" "@target-uri" "content-digest" "@authority" "content-type");created=')
    assert described.endswith('nonce="abc"')


async def test_wish_for_less_or_for_the_impossible_gets_our_minimum():
    """Nobody talks us out of the digest, and what we do not have is not promised."""
    for wish in ('sig1=("@method")', 'sig1=("x-secret")', "nonsense("):
        web = Web({INBOX: taking("rfc9421", headers={"accept-signature": wish})})
        deliverer = HttpDeliverer(web.client(), StillClock())

        answer = await deliverer.post(INBOX, BODY, signing_key())
        deliverer.close()

        assert answer.form == "rfc9421"
        assert web.requests[1].headers["signature-input"].startswith('sig1=("@method" "@target-uri" "content-digest");')


class Memory:
    """Remembers forms for a test."""

    def __init__(self, **known):
        self.known = known
        self.kept = []

    async def of(self, host):
        """Return what is known."""
        return self.known.get(host.partition(".")[0])

    async def keep(self, host, form):
        """Remember."""
        self.kept.append((host, form))


async def fetched(answers, url=PAGE, **known):
    """Fetch from servers; return what was kept and how they were asked."""
    web, memory = Web(answers), Memory(**known)
    fetcher = HttpFetcher(web.client(), signing_key, StillClock(), forms=memory)
    await fetcher.activity(url)
    return memory.kept, [form_of(request) for request in web.requests]


def page(form, url=PAGE):
    """Answer with a page to who signs in one form."""
    return {url: taking(form, status=200, content=b'{"id": "%s"}' % url.encode())}


@pytest.mark.parametrize(
    ("form", "forms", "kept"),
    [
        ("cavage", ["cavage"], []),
        ("cavage-bare", ["cavage", "cavage-bare"], [("peer.example", "cavage-bare")]),
        ("rfc9421", ["cavage", "cavage-bare", "rfc9421"], [("peer.example", "rfc9421")]),
    ],
)
async def test_get_is_signed_with_the_query_then_without_then_the_new_way(form, forms, kept):
    """What differs from the usual is remembered."""
    assert await fetched(page(form)) == (kept, forms)


@pytest.mark.parametrize("form", ["cavage-bare", "rfc9421"])
async def test_get_begins_with_what_was_taken_last(form):
    """One request."""
    assert await fetched(page(form), peer=form) == ([], [form])


async def test_get_without_a_query_has_two_forms():
    """Nothing can be left out; that the host wants it left out elsewhere is not forgotten over it."""
    url = "https://peer.example/users/a"

    assert await fetched(page("rfc9421", url), url) == ([("peer.example", "rfc9421")], ["cavage", "rfc9421"])
    assert await fetched(page("cavage", url), url, peer="cavage-bare") == ([], ["cavage"])


async def test_get_that_is_refused_in_every_form_is_refused():
    """Three requests, and no more."""
    web = Web({PAGE: httpx.Response(401)})
    fetcher = HttpFetcher(web.client(), signing_key, StillClock())

    with pytest.raises(PeerError) as caught:
        await fetcher.activity(PAGE)

    assert caught.value.reason is Reason.REFUSED_BY_PEER
    assert [form_of(request) for request in web.requests] == ["cavage", "cavage-bare", "rfc9421"]


async def test_redirected_get_is_signed_again_for_each_host():
    """Each host in the form that it takes."""
    start = "https://other.example/a"
    answers = page("rfc9421") | {start: httpx.Response(302, headers={"location": PAGE})}
    web, memory = Web(answers), Memory(peer="rfc9421")
    fetcher = HttpFetcher(web.client(), signing_key, StillClock(), forms=memory)

    found = await fetcher.activity(start)

    assert found.uri == PAGE
    assert [form_of(request) for request in web.requests] == ["cavage", "rfc9421"]
    assert memory.kept == []
