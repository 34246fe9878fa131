"""The canonical digest that decides between two versions with one revision."""

from federation.records.digest import digest_of
from tests.federation.records.documents import load


def test_digest_does_not_depend_on_order_or_spelling_of_numbers() -> None:
    """RFC 8785: keys sorted, numbers as doubles."""
    assert digest_of({"b": 5.0, "a": [1]}) == digest_of({"a": [1], "b": 5})
    assert digest_of({"a": 10**20}) == digest_of({"a": 1e20})


def test_digest_counts_unknown_fields() -> None:
    """It is the digest of what was sent, not of what was understood."""
    record = load("examples/valid/25-learning-unknown-field.json")["object"]["learningRecord"]

    assert digest_of(record) != digest_of({key: record[key] for key in record if key != "futureField"})


def test_digest_exists_for_any_record() -> None:
    """A number beyond every double must not stop the graph."""
    assert digest_of({"a": 10**400}) != digest_of({"a": 10**401})
