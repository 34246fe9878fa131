"""Characters that a database, a header or a parser cannot take: refused in words at the edge, never an error inside."""

from typing import Any

import pytest

from federation import loose
from node.social.markup import sanitise
from tests.node.federating.conftest import Ward, ward
from tests.support.world import World

__all__ = ["ward"]


@pytest.mark.parametrize(
    "path", ["/users/a%00b", "/@a%00b", "/tags/a%00b", "/api/v1/timelines/tag/a%00b", "/media/a%00"]
)
async def test_a_path_with_a_nul_leads_nowhere(world: World, path: str) -> None:
    """PostgreSQL refuses such a text with an error; nothing is ever called so."""
    answer = await world.anybody.get(path, headers={"accept": "application/activity+json"})

    assert answer.status_code == 404


@pytest.mark.parametrize("query", ["/.well-known/webfinger?resource=acct:a%00b@ward.example", "/search?q=a%00b"])
async def test_a_query_with_a_nul_is_refused(world: World, query: str) -> None:
    """Whoever sends one means harm or is broken."""
    answer = await world.anybody.get(query)

    assert answer.status_code == 400


@pytest.mark.parametrize("name", ["漢字", "ärzte"])
async def test_a_hashtag_in_any_script_has_pages(world: World, name: str) -> None:
    """The address in the Link header is encoded again, because it was decoded on the way in."""
    client = world.client(await world.user("ines"))
    await client.post("/api/v1/statuses", json={"status": f"Read this #{name}"})

    answer = await client.get(f"/api/v1/timelines/tag/{name}")

    assert answer.status_code == 200
    assert answer.headers["link"].isascii()
    assert (await client.get(answer.links["next"]["url"])).json() == []


async def test_a_line_end_in_a_path_begins_no_header(world: World) -> None:
    """A path is decoded before it comes to us; back in a header it must be encoded."""
    client = world.client(await world.user("ines"))
    await client.post("/api/v1/statuses", json={"status": "Read this #hands"})

    answer = await client.get("/api/v1/timelines/tag/x%0d%0aset-cookie:%20a=b?any[]=hands")

    assert answer.headers["link"].count("\n") == 0
    assert "x%0D%0Aset-cookie" in answer.headers["link"]


@pytest.mark.parametrize("charset", ["punycode", "unicode_escape", "idna", "utf-7"])
async def test_a_form_in_a_strange_encoding_is_refused(world: World, charset: str) -> None:
    """One of them takes minutes to decode, another makes half characters out of plain letters."""
    body = b'--x\r\nContent-Disposition: form-data; name="client_name"\r\n\r\n\\ud800\r\n--x--\r\n'

    answer = await world.anybody.post(
        "/api/v1/apps", content=body, headers={"content-type": f"multipart/form-data; boundary=x; charset={charset}"}
    )

    assert answer.status_code == 415


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "https://masto.example/\0"},
        {"actor": "https://masto.example/users/a\0b"},
        {"to": ["https://masto.example/\0"]},
        {"object": "https://masto.example/\0"},
    ],
)
async def test_an_activity_with_a_nul_in_an_id_is_no_fault_of_ours(ward: Ward, changes: dict[str, Any]) -> None:
    """An id with a NUL is no id: the activity lacks it, or goes on without."""
    activity = ward.okapi.create() | changes

    answer = await ward.takes(activity)

    assert answer.status_code < 500


@pytest.mark.parametrize("name", ["context", "url", "inReplyTo", "quoteUrl"])
async def test_a_post_with_a_nul_in_an_address_is_kept_without_it(ward: Ward, name: str) -> None:
    """What can be shown is shown; the address is left out."""
    create = ward.okapi.create()
    create["object"] |= {name: "https://masto.example/a\0b"}

    await ward.takes(create)

    assert (await ward.holds(create["object"]["id"])).url.isprintable()


@pytest.mark.parametrize("odd", ["\0", " ", '"', "\u202e", "x" * 2100])
def test_an_address_that_could_mislead_is_no_link(odd: str) -> None:
    """Pages link to these addresses, so they hold nothing that hides where they lead, and they are short."""
    assert loose.links_of(f"https://masto.example/{odd}") == []


@pytest.mark.parametrize(
    "markup",
    [
        "<ul><li>" * 50_000,
        "<blockquote>" * 40_000,
        "".join(f"<p><b id={number}></p>" for number in range(9000)),
        "<b>" + "</p>" * 60_000,
        "<br" * 33_000,
        "<a " + " ".join(f"a{number}=1" for number in range(40_000)) + ">",
    ],
)
def test_markup_that_would_keep_a_parser_busy_keeps_its_words_alone(markup: str) -> None:
    """A list nested a hundred thousand deep took more than a minute, in the thread that writes for everybody."""
    cleaned = sanitise(f"<p>Wash your hands &amp; dry them<script></p>{markup}")

    assert cleaned.startswith("<p>Wash your hands &amp; dry them")
    assert "<script" not in cleaned
    assert "<ul" not in cleaned


def test_markup_that_grows_while_it_is_cleaned_is_cut_to_its_words() -> None:
    """What is left open is opened again in every paragraph: a small document becomes a huge one."""
    cleaned = sanitise("".join(f"<p><b title='{number}'>x</p>" for number in range(499)))

    assert len(cleaned) < 10_000


def test_ordinary_long_articles_keep_their_form() -> None:
    """The limit lies far above what people write."""
    article = "<p>One <a href='https://a.example/'>link</a> and <em>two</em> words.</p>" * 300

    assert sanitise(article).count("<em>") == 300
