"""By what records are found alike."""

from federation.records.fields import LearnedFrom, Learning, LearningAction
from node.learning import terms


def test_terms_of_a_learning_are_its_source_topics_and_words() -> None:
    """Without case, accents, stop words, numbers and addresses."""
    made = Learning(
        title="The Übergabe on Ward 4 is über-long!",
        text="See https://journal.example/x about Café catheters. Die Visite ist zu spät.",
        topics=("Falls", "Hand hygiene"),
        learned_from=LearnedFrom(kind="article", doi="10.1000/ABC"),
    )

    assert terms.of_record(made) == {
        "doi:10.1000/abc",
        "topic:falls",
        "topic:hand hygiene",
        "word:ubergabe",
        "word:ward",
        "word:uber-long",
        "word:cafe",
        "word:catheters",
        "word:visite",
        "word:spat",
    }


def test_words_are_shown_as_they_are_written() -> None:
    """What two texts share is said in the reader's own words."""
    assert terms.spoken("Übergabe, ÜBERGABE and the Straße") == {"ubergabe": "Übergabe", "strasse": "Straße"}


def test_text_without_spaces_is_compared_by_pairs_of_letters() -> None:
    """Not every script parts its words."""
    assert set(terms.spoken("手指衛生")) == {"手指", "指衛", "衛生"}


def test_terms_are_few_however_much_is_said() -> None:
    """A record has at most forty words."""
    made = LearningAction(
        title="Much",
        change=" ".join(f"word{'abcdefghij'[n % 10]}{n}x" for n in range(60)),
        due="2027-01-15",
        based_on="https://a.example/1",
    )

    assert len(terms.of_record(made)) == terms.MAX_WORDS
