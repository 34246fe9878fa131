"""Where a learning comes from, found in what people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.records.fields import LearnedFrom
from node.learning import sources
from node.learning.sources import Source, exact, find, key_of, without

ZINC = "10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2"


@pytest.mark.parametrize(
    ("typed", "doi"),
    [
        ("see doi:10.1000/xyz.", "10.1000/xyz"),
        ("DOI 10.1000/ABC, and more", "10.1000/ABC"),
        ("10.1016/S0140-6736(20)30183-5", "10.1016/S0140-6736(20)30183-5"),
        ("(as in 10.1016/S0140-6736(20)30183-5).", "10.1016/S0140-6736(20)30183-5"),
        ("(10.1000/xyz)", "10.1000/xyz"),
        ("[10.1000/xyz], *10.1000/xyz*", "10.1000/xyz"),
        (f"old ones: {ZINC} too", ZINC),
        ("10.1000/xyz—see", "10.1000/xyz"),
        ("10.1000/xyz。", "10.1000/xyz"),
        ("https://doi.org/10.1000/xyz", "10.1000/xyz"),
        ("HTTPS://DX.DOI.ORG/10.1000/XYZ", "10.1000/XYZ"),
        ("http://dx.doi.org/10.1000/xyz!", "10.1000/xyz"),
        ("https://doi.org/10.1002%2F(SICI)1097", "10.1002/(SICI)1097"),
        ("https://doi.org/10.1000/xyz?utm_source=mail#top", "10.1000/xyz"),
        ("https://www.nejm.org/doi/full/10.1056/NEJMoa2034577?query=x", "10.1056/NEJMoa2034577"),
        ("https://onlinelibrary.wiley.com/doi/10.1111/x.12345/abstract", "10.1111/x.12345"),
        ("https://link.springer.com/content/pdf/10.1007/s00134-020-05991-x.pdf", "10.1007/s00134-020-05991-x"),
        ("https://journals.plos.org/plosone/article?id=10.1371/journal.pone.0123456", "10.1371/journal.pone.0123456"),
        ("https://academic.oup.com/bja/article/10.1093/bja/aeaa123/5812345", "10.1093/bja/aeaa123"),
        ("https://www.frontiersin.org/articles/10.3389/fmed.2020.00001/full", "10.3389/fmed.2020.00001"),
        ("https://a.example/x says what doi:10.1000/xyz says", "10.1000/xyz"),
    ],
)
def test_doi_is_found_however_it_is_written(typed: str, doi: str) -> None:
    """Its own brackets stay, those of the sentence and its full stop do not; an identifier comes before an address."""
    found = find(typed)

    assert found is not None
    assert found.source == Source(doi=doi)


@pytest.mark.parametrize(
    ("typed", "pmid"),
    [
        ("PMID: 12345678.", "12345678"),
        ("pmid12345", "12345"),
        ("pmid #7", "7"),
        ("https://pubmed.ncbi.nlm.nih.gov/12345678/", "12345678"),
        ("https://www.ncbi.nlm.nih.gov/pubmed/12345678?dopt=Abstract", "12345678"),
        ("https://europepmc.org/article/MED/12345678", "12345678"),
    ],
)
def test_pmid_is_found_however_it_is_written(typed: str, pmid: str) -> None:
    """With its name before it, or in the address of PubMed."""
    found = find(f"Read {typed}")

    assert found is not None
    assert found.source == Source(pmid=pmid)


@pytest.mark.parametrize(
    ("typed", "ident"),
    [
        ("arXiv:2101.00001v2", "2101.00001v2"),
        ("ARXIV: 0704.0001", "0704.0001"),
        ("hep-th/9901001", "hep-th/9901001"),
        ("arXiv:math.gt/0309136v1", "math.GT/0309136v1"),
        ("https://arxiv.org/abs/2101.00001", "2101.00001"),
        ("http://www.arxiv.org/pdf/2101.00001v2.pdf", "2101.00001v2"),
        ("https://arxiv.org/pdf/hep-th/9901001", "hep-th/9901001"),
    ],
)
def test_arxiv_id_is_found_in_both_styles(typed: str, ident: str) -> None:
    """It travels as the address of its abstract."""
    found = find(f"We read {typed}, twice.")

    assert found is not None
    assert found.source == Source(link=f"https://arxiv.org/abs/{ident}")


@pytest.mark.parametrize(
    ("typed", "link"),
    [
        ("https://A.Example/Path?b=1#c).", "https://a.example/Path?b=1#c"),
        ("“https://a.example/x”", "https://a.example/x"),
        ("https://a.example", "https://a.example/"),
        ("https://en.wikipedia.example/wiki/Zinc_(metal)", "https://en.wikipedia.example/wiki/Zinc_(metal)"),
        ("https://münchen.example/x", "https://xn--mnchen-3ya.example/x"),
        ("https://a.example/1 and https://b.example/2", "https://a.example/1"),
    ],
)
def test_address_is_found_as_a_record_may_hold_it(typed: str, link: str) -> None:
    """Its host in small A-labels, without the punctuation around it."""
    found = find(f"See {typed}")

    assert found is not None
    assert found.source == Source(link=link)


@pytest.mark.parametrize(
    "typed",
    [
        "We gave 10.5/12 of it.",
        "http://a.example/x",
        "https://user:word@a.example/x",
        "ftp://a.example/x",
        "pmid 1234567890",
        "pmid: 0123",
        "arXiv:2113.00001",
        "1.10.1000/5",
        "https://",
        "10.1000/",
        "https://doi.org/10.1000/x%00y",
        "javascript:alert(1)",
        "",
    ],
)
def test_other_things_are_no_source(typed: str) -> None:
    """Nothing is guessed."""
    assert find(typed) is None


def test_field_names_one_source_and_nothing_else() -> None:
    """A name with a source in it stays a name; digits alone are a PMID."""
    found = [
        exact(typed) for typed in ("12345678", " doi:10.1000/x ", "<https://a.example/x>", "Lancet 10.1000/x", "1")
    ]

    assert found == [Source(pmid="12345678"), Source(doi="10.1000/x"), Source(link="https://a.example/x"), None, None]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Gel works.\nhttps://doi.org/10.1000/x", "Gel works."),
        ("doi:10.1000/x\nGel works.\nWe tried.", "Gel works.\nWe tried."),
        ("Gel works.\nSource: 10.1000/x\nWe tried.", "Gel works.\nWe tried."),
        ("Gel works (10.1000/x) here.", "Gel works (10.1000/x) here."),
        ("10.1000/x", "10.1000/x"),
    ],
)
def test_line_with_the_source_alone_is_left_out_and_words_around_it_stay(typed: str, words: str) -> None:
    """Unless it is all that was typed."""
    assert words == without(typed, Source(doi="10.1000/x"))


def test_same_source_has_one_key_however_it_is_written() -> None:
    """Case of a DOI, version of a preprint, what trackers hang on an address: none of it makes another source."""
    for group in (
        ["10.1000/ABC", "https://doi.org/10.1000/abc", "https://publisher.example/doi/abs/10.1000/Abc"],
        ["arXiv:2101.00001v1", "https://arxiv.org/pdf/2101.00001v3", "10.48550/arXiv.2101.00001"],
        ["https://a.example/x?b=1&utm_source=mail", "https://A.example/x/?b=1#part"],
        ["pmid:12345", "https://pubmed.ncbi.nlm.nih.gov/12345"],
    ):
        keys = {key_of(found.source) for typed in group if (found := find(typed))}

        assert len(keys) == 1


def test_key_of_what_a_peer_wrote_is_that_of_ours() -> None:
    """A peer may keep the address of an article where we keep its DOI; a post has its id; a name alone has none."""
    theirs = LearnedFrom(kind="article", link="https://doi.org/10.1000/ABC")

    assert key_of(theirs) == key_of(Source(doi="10.1000/abc")) == "doi:10.1000/abc"
    assert key_of(LearnedFrom(kind="peer-post", ref="https://a.example/1")) == "ref:https://a.example/1"
    assert key_of(LearnedFrom(kind="talk", label="Grand round")) is None


def test_key_is_never_longer_than_its_column() -> None:
    """Long addresses are told apart by their hash."""
    long, other = (key_of(Source(link=f"https://a.example/{'x' * 600}{end}")) for end in "ab")

    assert long != other
    assert long is not None
    assert len(long) <= sources.MAX_KEY_CHARS


@given(st.text(alphabet=st.sampled_from("10./doi:pmidarXv() <>%2f\n.,https://a.example?=&#é"), max_size=120))
def test_whatever_is_found_stands_in_the_text_and_may_stand_in_a_record(typed: str) -> None:
    """No text makes it fail, and what it gives is valid and has a key."""
    found = find(typed)
    if found is None:
        return

    said = found.source
    assert 0 <= found.start < found.end <= len(typed)
    assert key_of(LearnedFrom(kind="article", doi=said.doi, pmid=said.pmid, link=said.link))
