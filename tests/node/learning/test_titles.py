"""What a source is called, from answers of strangers."""

import pytest

from node.learning.titles import of_arxiv, of_crossref, of_pubmed, plain_title

FEED = (
    '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>ArXiv Query</title>'
    "<entry><id>{id}</id><title>Sleep on\n  wards &amp; noise</title><author><name>A</name></author></entry>"
    "<entry><id>http://arxiv.org/abs/2</id><title>Another</title></entry></feed>"
)


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("Zinc in <i>E. coli</i> &amp; CO<sub>2</sub>", "Zinc in E. coli & CO2"),
        ("p &lt; 0.05 and a<b", "p < 0.05 and a<b"),
        ("&amp;lt;i&amp;gt;Twice&amp;lt;/i&amp;gt;", "<i>Twice</i>"),
        ('<mml:math xmlns:mml="http://x.example"><mml:mi>α</mml:mi></mml:math>-blockers', "α-blockers"),
        ("<script src='//x.example'>alert(1)</script>Falls", "alert(1)Falls"),
        ("One\u0000 line\n\tof \u202eit", "One line of it"),
        ("Cafe\u0301", "Café"),
        ("  ", None),
        (None, None),
        (["x"], None),
        (7, None),
    ],
)
def test_title_is_one_plain_line(raw: object, title: str | None) -> None:
    """Markup, entities and controls go; a less-than sign is one."""
    assert plain_title(raw) == title


def test_long_title_is_cut_at_a_word() -> None:
    """A name is no abstract."""
    title = plain_title("word " * 1000)

    assert title is not None
    assert len(title) <= 200
    assert title.endswith("word…")


def test_title_of_one_endless_word_is_cut_all_the_same() -> None:
    """No title is longer than a record takes."""
    assert plain_title("x" * 90_000) == "x" * 199 + "…"


@pytest.mark.parametrize(
    "answer", [{}, {"message": []}, {"message": {}}, {"message": {"title": []}}, {"message": {"title": 7}}]
)
def test_crossref_without_a_title_says_nothing(answer: dict[str, object]) -> None:
    """Whatever comes, nothing breaks."""
    assert of_crossref(answer) is None


def test_titles_of_the_three_registries_are_found() -> None:
    """Each in its own form."""
    assert of_crossref({"message": {"title": ["Sleep on wards", "Other"]}}) == "Sleep on wards"
    assert of_pubmed({"result": {"uids": ["7"], "7": {"title": "Sleep on wards."}}}, "7") == "Sleep on wards"
    assert of_pubmed({"result": {"7": {"error": "cannot get document summary", "title": "x"}}}, "7") is None
    assert of_arxiv(FEED.format(id="http://arxiv.org/abs/1")) == "Sleep on wards & noise"
    assert of_arxiv(FEED.format(id="http://arxiv.org/api/errors#incorrect_id_format")) is None


@pytest.mark.parametrize(
    "answer",
    [
        '<!DOCTYPE f [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + FEED.format(id="http://arxiv.org/abs/1&b;"),
        '<!DOCTYPE f SYSTEM "file:///etc/passwd">' + FEED.format(id="http://arxiv.org/abs/1"),
        "<feed>" * 5000,
        "<a>" + "<b>" * 500,
        "not xml",
        "",
    ],
)
def test_hostile_feed_gives_nothing(answer: str) -> None:
    """No document type, no entity, no depth without end."""
    assert of_arxiv(answer) is None


@pytest.mark.parametrize("raw", ["<!--" * 5000, "<a a='" * 3000, "<a" + " a=b" * 5000])
def test_markup_that_never_ends_is_gone_over_once(raw: str) -> None:
    """It is cut like any other text, and no start of it is followed to the end of all."""
    assert len(plain_title(raw) or "") <= 200
