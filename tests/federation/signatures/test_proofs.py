"""What a proof proves, and that nothing else about a document can be changed under it."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from federation import canonical
from federation.reasons import PeerError, Reason
from federation.signatures import proofs
from federation.vocab import actor_from
from tests.federation.people import recorded
from tests.federation.signatures.requests import ed25519_pair, key_pair

NOW = datetime(2026, 6, 2, 8, 0, 5, tzinfo=UTC)
KEY_ID = "https://peer.example/users/ines#ed25519-key"
AS = "https://www.w3.org/ns/activitystreams"
LIKE = {"@context": AS, "id": "https://peer.example/1", "type": "Like", "actor": "https://peer.example/users/ines"}
CREATE = LIKE | {"type": "Create", "object": {"type": "Note", "content": "<p>Tea — 茶</p>", "n": [1, 1.5, 1e21, -0.0]}}


def made(document=LIKE, *, at=NOW):
    """Prove a document the way we do."""
    return proofs.make(document, key_id=KEY_ID, private_pem=ed25519_pair()[0], now=at)


def reason_of(document, *, pem=None, now=NOW):
    """Give the reason for which a proof is not believed."""
    with pytest.raises(PeerError) as caught:
        proofs.verify(document, public_pem=pem or ed25519_pair()[1], now=now)
    return caught.value.reason


def test_recorded_proof_of_a_peer_is_accepted():
    """A real proof verifies with the key that its actor lists, and with that key alone."""
    create, actor = recorded("mitra-create-note-proof"), actor_from(recorded("mitra-person-multikey"))
    by_id = {key.uri: key.pem for key in actor.keys}

    key_id = proofs.method_of(create)

    assert key_id == "https://mitra.example/users/slate#ed25519-key"
    proofs.verify(create, public_pem=by_id[key_id], now=NOW)
    assert reason_of(create, pem=by_id["https://mitra.example/users/slate#main-key"]) == Reason.BAD_SIGNATURE


def test_what_we_prove_verifies_and_names_its_context():
    """The context of the document says what a proof is, and the proof says which context."""
    document = made(CREATE)

    proofs.verify(json.loads(json.dumps(document)), public_pem=ed25519_pair()[1], now=NOW)
    assert document["@context"] == document["proof"]["@context"] == [AS, proofs.CONTEXT]
    assert proofs.method_of(document) == KEY_ID


def test_terms_of_the_context_stay_and_the_first_stays_first():
    """Some peers look for the first one literally."""
    terms = {"sensitive": "as:sensitive"}

    assert made(LIKE | {"@context": [AS, terms]})["@context"] == [AS, proofs.CONTEXT, terms]


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "https://peer.example/users/other"},
        {"more": 1},
        {"@context": [AS, {"content": "as:summary"}]},
        {"@context": proofs.CONTEXT},
    ],
)
def test_changed_document_is_refused(change):
    """Nothing can be changed, added or put before the context."""
    assert reason_of(made() | change) == Reason.BAD_SIGNATURE


def test_context_may_go_on_after_what_the_proof_names():
    """Whoever passes it on may need a term of its own; the rest is as it was."""
    document = made()

    document["@context"] = [*document["@context"], "https://relay.example/context"]

    proofs.verify(document, public_pem=ed25519_pair()[1], now=NOW)


@pytest.mark.parametrize("name", ["created", "verificationMethod", "proofPurpose", "cryptosuite", "type", "@context"])
def test_changed_proof_is_refused(name):
    """What the proof says of itself is signed as well."""
    document = made()

    document["proof"] = document["proof"] | {name: "2026-06-02T07:00:00Z"}

    assert reason_of(document) in (Reason.BAD_SIGNATURE, Reason.UNSIGNED)


@pytest.mark.parametrize("value", [None, 5, "", "z", "z2NEpo7TZRRrLZSi2U", "u" + "A" * 86, "z0"])
def test_proof_without_a_value_is_refused(value):
    """Neither nothing nor another base is a signature."""
    document = made()

    document["proof"] = document["proof"] | {"proofValue": value}

    assert reason_of(document) in (Reason.BAD_SIGNATURE, Reason.KEY_UNAVAILABLE)


@pytest.mark.parametrize(
    "proof",
    [
        None,
        [],
        "proof",
        {"type": "DataIntegrityProof", "cryptosuite": "mldsa44-jcs-2024", "proofPurpose": "assertionMethod"},
        {"type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "proofPurpose": "authentication"},
        {"type": "RsaSignature2017"},
    ],
)
def test_proof_of_another_kind_is_none(proof):
    """It is passed over, as if it were not there."""
    assert proofs.method_of(LIKE | {"proof": proof}) is None
    assert reason_of(LIKE | {"proof": proof}) == Reason.UNSIGNED


def test_proof_is_found_among_others():
    """One that we know is enough; a signature of the old kind is not looked at."""
    document = made()
    other = {"type": "DataIntegrityProof", "cryptosuite": "mldsa44-jcs-2024", "proofPurpose": "assertionMethod"}

    both = document | {"proof": [other, document["proof"]], "signature": {"type": "RsaSignature2017"}}

    proofs.verify(both, public_pem=ed25519_pair()[1], now=NOW)


@pytest.mark.parametrize(
    ("document", "later", "reason"),
    [
        (LIKE, timedelta(days=8), Reason.EXPIRED),
        (LIKE, -timedelta(hours=2), Reason.NOT_YET_VALID),
        (CREATE, -timedelta(hours=2), Reason.NOT_YET_VALID),
    ],
)
def test_proof_at_another_time_is_refused(document, later, reason):
    """A copy of something that was undone since must not be done again."""
    assert reason_of(made(document), now=NOW + later) == reason


def test_proof_of_a_post_lasts():
    """Who finds it later may still believe it; that it was deleted is remembered for good."""
    proofs.verify(made(CREATE), public_pem=ed25519_pair()[1], now=NOW + timedelta(days=400))


def test_document_without_a_canonical_form_is_refused_and_not_proven():
    """Numbers beyond what every reader reads alike."""
    document = LIKE | {"n": 2**60}

    with pytest.raises(ValueError, match="canonical"):
        made(document)
    assert reason_of(made() | {"n": 2**60}) == Reason.BAD_SIGNATURE


def test_an_rsa_key_proves_nothing_here():
    """The suite has one kind of key."""
    with pytest.raises(ValueError, match="Ed25519"):
        proofs.make(LIKE, key_id=KEY_ID, private_pem=key_pair()[0], now=NOW)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just("eddsa-jcs-2022"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(sorted(made()["proof"])), anything), anything)
def test_any_proof_is_refused_with_a_reason(changes, context):
    """Whatever a stranger writes, nothing but a refusal comes out."""
    document = made()
    changed = document | {"proof": document["proof"] | changes | {"proofValue": "z1"}, "@context": context}

    assert isinstance(reason_of(changed), Reason)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=20,
    )
)
def test_canonical_form_is_that_of_the_package(value: object) -> None:
    """The short cut through the standard library gives the same bytes, or the same refusal."""

    def by_package() -> bytes | None:
        try:
            return rfc8785.dumps({"a": value})  # type: ignore[dict-item]  # any JSON
        except (rfc8785.CanonicalizationError, UnicodeEncodeError):
            return None

    def by_us() -> bytes | None:
        try:
            return canonical.write({"a": value})
        except ValueError:
            return None

    assert by_us() == by_package()
