"""What peers write is shown as words, with a little form: nothing in it runs, loads, asks for anything or misleads."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.social import links
from node.social import text as words
from node.social.markup import sanitise
from tests.node.federating.conftest import Ward, ward
from tests.support.world import PASSWORD
from tests.web.pages.browser import Browser

__all__ = ["ward"]

ELEMENTS = {
    "p", "br", "span", "a", "abbr", "del", "s", "u", "sub", "sup", "b", "strong", "i", "em", "pre", "code",
    "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "ruby", "rt", "rp", "hr",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "class", "title", "translate", "rel", "target"},
    "span": {"class", "translate"},
    "p": {"class"},
    "ol": {"start", "reversed"},
    "li": {"value"},
    "blockquote": {"cite"},
}
EVERYWHERE = {"lang", "dir"}


class Reader(HTMLParser):
    """Reads cleaned markup as another parser does, and lists what should not be there."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at an element."""
        if tag not in ELEMENTS:
            self.faults.append(tag)
        for name, value in attrs:
            if name not in ATTRIBUTES.get(tag, set()) | EVERYWHERE:
                self.faults.append(f"{tag} {name}")
            if name in ("href", "cite") and urlsplit(value or "").scheme not in ("http", "https", "mailto"):
                self.faults.append(f"{tag} {name}={value}")

    def handle_comment(self, data: str) -> None:
        """No comment is left."""
        self.faults.append(f"<!--{data}")

    def handle_decl(self, decl: str) -> None:
        """No declaration is left."""
        self.faults.append(f"<!{decl}")

    def handle_pi(self, data: str) -> None:
        """No instruction is left."""
        self.faults.append(f"<?{data}")


def faults(markup: str) -> list[str]:
    """Return what is in some markup that should not be."""
    reader = Reader()
    reader.feed(markup)
    reader.close()
    return reader.faults


HOSTILE = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    '<p onclick="x" ONMOUSEOVER=x style="x:expression(1)">p</p>',
    '<img src=x onerror="alert(1)"><image src=x><picture><source srcset=x></picture>',
    "<svg><script>alert(1)</script><a xlink:href='javascript:1'>x</a></svg>",
    '<svg/onload=alert(1)><style><img src="</style><img src=x onerror=alert(1)>">',
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<iframe srcdoc='<script>1</script>'></iframe><object data=x></object><embed src=x>",
    "<form action=https://evil.example/><input name=password><button formaction=x>go</button><select><option>1</form>",
    "<style>@import 'x'</style><link rel=stylesheet href=x><meta http-equiv=refresh content='0;url=x'><base href=//evil>",
    "<template><script>1</script></template><noscript><p title='</noscript><script>1</script>'></noscript>",
    "<a href=javascript:alert(1)>x</a><a href='JaVaScRiPt:1'>x</a><a href='java\tscript:1'>x</a><a href='&#106;avascript:1'>x</a>",
    "<a href=' javascript:1'>x</a><a href='\x01javascript:1'>x</a><a href='java&NewLine;script:1'>x</a><a href='vbscript:1'>x</a>",
    "<a href='data:text/html,<script>1</script>'>x</a><a href='//evil.example/'>x</a><a href='/sign-out'>x</a><a href='?x'>x</a>",
    "<a href='xmpp:a@b'>x</a><a href='magnet:?x'>x</a><a href='file:///etc/passwd'>x</a><a href='blob:x'>x</a>",
    "<blockquote cite='javascript:1'>x</blockquote><p class='btn danger' id=x name=y>x</p>",
    "<!--><script>alert(1)</script>--><![CDATA[<script>1</script>]]><?php x ?><!DOCTYPE x>",
    "<textarea><p title='</textarea><script>1</script>'></textarea><title><script>1</script></title><xmp><b></xmp>",
    "<a href='https://a.example/' target=_self rel=opener ping=x download>x</a><video src=x autoplay></video>",
    "<p>" + "<b>" * 400 + "x",
]


@pytest.mark.parametrize("markup", HOSTILE)
def test_S114_hostile_markup_loses_all_that_is_not_allowed(markup: str) -> None:
    """Read again by another parser, only listed elements, attributes and schemes are there; the words around stay."""
    cleaned = sanitise(f"<p>before</p>{markup}")

    assert faults(cleaned) == []
    assert "before" in cleaned


async def test_S114_a_hostile_post_is_harmless_wherever_it_is_shown(ward: Ward) -> None:
    """In the API and on the page; no form of a peer is ever on a page of ours."""
    create = ward.okapi.create("x", content="".join(HOSTILE[:-1]))
    await ward.takes(create)
    held = await ward.holds(create["object"]["id"])
    browser = Browser(ward.node.world.anybody)
    await browser.sign_in("asha", PASSWORD)

    shown = (await ward.node.world.client(ward.asha).get(f"/api/v1/statuses/{held.id}")).json()
    page = (await browser.client.get(f"/@okapi@masto.example/{held.id}")).text

    assert faults(held.content_html) == faults(shown["content"]) == []
    for mark in ('evil.example/"', "onerror=", "onclick=", "srcdoc", "formaction", "javascript:", "alert(1)</script>"):
        assert mark not in page


_PIECES = st.sampled_from(
    [
        *(
            "<",
            ">",
            "/",
            "=",
            "'",
            '"',
            "&",
            ";",
            " ",
            "\t",
            "\x00",
            "-->",
            "<!--",
            "]]>",
            "<![CDATA[",
            "</",
            "<?",
            "text",
        ),
        *(
            f"<{name}>"
            for name in (
                "p",
                "b",
                "a",
                "svg",
                "math",
                "mtext",
                "style",
                "script",
                "table",
                "td",
                "select",
                "li",
                "form",
            )
        ),
        *(
            f"</{name}>"
            for name in ("p", "b", "a", "svg", "math", "mtext", "style", "script", "table", "select", "form")
        ),
        *(
            "<annotation-xml encoding=text/html>",
            "<foreignObject>",
            "<noscript>",
            "<template>",
            "<iframe>",
            "<title>",
            "<xmp>",
        ),
        *(
            "<a href=",
            "javascript:",
            "java&#9;script:",
            "https://a.example/",
            "onerror=alert(1)",
            "<img src=x ",
            "style=",
            "class=mention ",
        ),
        *(
            "&lt;script&gt;",
            "&#60;",
            "&#x3c;script",
            "<svg><desc>",
            "<math><mi>",
            "<plaintext>",
            "<listing>",
            "<mglyph>",
            "<ruby><rt>",
        ),
    ]
)


@settings(max_examples=1500)
@given(st.lists(_PIECES, max_size=25).map("".join))
def test_S114_any_nesting_of_odd_markup_comes_out_clean(markup: str) -> None:
    """And what came out clean stays as it is when it is cleaned once more."""
    cleaned = sanitise(markup)

    assert faults(cleaned) == []
    assert faults(sanitise(cleaned)) == []
    assert faults(links.true_links(cleaned, always=True)) == []


@settings(max_examples=300)
@given(st.lists(_PIECES, max_size=12).map("".join))
def test_S114_plain_words_hold_no_markup_once_they_are_escaped(markup: str) -> None:
    """What is typed here becomes text, whatever it looks like."""
    shown = words.to_html(markup, people={}, tag_url=lambda name: f"https://ward.example/tags/{name}")

    assert faults(shown) == []


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        ('<a href="https://evil.example/">https://bank.example</a>', "(evil.example)"),
        (
            '<a href="https://evil.example/"><span class="invisible">evil.example </span>bank.example</a>',
            "(evil.example)",
        ),
        ('<a href="https://evil.example/bank.example">bank.example</a>', "(evil.example)"),
        ('<a href="https://bank.example.evil.example/">bank.example</a>', "(bank.example.evil.example)"),
        ('<a href="https://bank.example@evil.example/">bank.example</a>', "evil.example)"),
        ('<a href="https://xn--bnk-5cd.example/">bank.example</a>', "(xn--bnk-5cd.example)"),
        ('<a href="https://evil.example/">My bank</a>', "(evil.example)"),
        ('<a href="mailto:thief@evil.example">me@bank.example</a>', "(evil.example)"),
        ('<a href="https://www.bank.example/a"><span class="invisible">https://www.</span>bank.example/a</a>', None),
        ('<a href="https://bank.example/"><span class="invisible">https://</span>bank.example</a>', None),
    ],
)
async def test_S115_a_link_of_a_profile_shows_where_it_leads(ward: Ward, markup: str, wanted: str | None) -> None:
    """Whatever its words say; a link whose words are true stays as it is."""
    finch = ward.peer.actor("finch", key=1)
    field = {"type": "PropertyValue", "name": "Bank", "value": markup}
    ward.peer.publish(finch.document(attachment=[field], summary=f"<p>{markup}</p>"))

    found = await ward.node.find(finch.handle)
    shown = (await ward.node.world.client(ward.asha).get(f"/api/v1/accounts/{found.id}")).json()

    value = shown["fields"][0]["value"]
    assert faults(value) == []
    assert (wanted in value) if wanted else ("(" not in value)
    if wanted and "My bank" not in markup:
        assert wanted in shown["note"]


TRICKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><b>',
    "<a href=javascript:alert(1)>x</a>",
    "&lt;b&gt;",
]


@pytest.mark.parametrize("trick", TRICKS)
async def test_S115_markup_in_a_profile_is_text_or_clean(ward: Ward, trick: str) -> None:
    """Names are text and are escaped on pages; bio and values of fields are cleaned."""
    finch = ward.peer.actor("finch", key=1)
    field = {"type": "PropertyValue", "name": trick, "value": trick}
    ward.peer.publish(finch.document(name=f"Finch {trick}", summary=trick, attachment=[field]))
    found = await ward.node.find(finch.handle)
    browser = Browser(ward.node.world.anybody)
    await browser.sign_in("asha", PASSWORD)

    shown: dict[str, Any] = (await ward.node.world.client(ward.asha).get(f"/api/v1/accounts/{found.id}")).json()
    page = (await browser.client.get("/@finch@masto.example")).text

    assert faults(shown["note"]) == faults(shown["fields"][0]["value"]) == []
    assert page.count("Finch ") >= 1
    for mark in ("<script>alert(1)", "onerror=alert(1)>", "<a href=javascript", "<img src=x"):
        assert mark not in page
