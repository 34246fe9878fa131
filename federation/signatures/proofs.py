"""Integrity proofs of documents after FEP-8b32: `eddsa-jcs-2022`, so that who delivers an activity need not be its actor.

How it works. What is signed is the hash of the proof without its value and the hash of the document without its proofs,
both in the canonical form of JSON (JCS). A proof names its key; that the key is the actor's is the caller's question. A
proof convinces everybody for ever, so private posts carry none.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from federation import canonical, loose
from federation.reasons import PeerError, Reason
from federation.signatures.keys import private_key, public_key
from federation.signatures.multikeys import decode, encode

CONTEXT: Final = "https://w3id.org/security/data-integrity/v1"
REMEMBERED: Final = timedelta(days=7)  # shorter than activity ids are remembered
AHEAD: Final = timedelta(hours=1)

_SUITE: Final = "eddsa-jcs-2022"
_PURPOSE: Final = "assertionMethod"
_UNSIGNED: Final = frozenset({"proof", "signature"})
_LASTING: Final = frozenset({"Create", "Update", "Delete"})
_MAX_PROOFS: Final = 4
_SIGNATURE_BYTES: Final = 64


def method_of(document: Mapping[str, object]) -> str | None:
    """Return the id of the key that a document's proof names; None without a proof that we understand."""
    proof = _proof_of(document)
    return loose.id_of(proof.get("verificationMethod")) if proof else None


def verify(document: Mapping[str, object], *, public_pem: str, now: datetime) -> None:
    """Accept a document that its proof proves to be the word of a key, or say why not.

    An old proof counts for what a late copy of cannot undo (Create, Delete, an Update that has a time); anything else is
    good for a week, because after that nobody may remember that it was done already.

    Raises: PeerError with UNSIGNED, BAD_SIGNATURE, NOT_YET_VALID, EXPIRED, or any reason of `keys.public_key`.
    """
    proof = _proof_of(document)
    if proof is None:
        raise PeerError(Reason.UNSIGNED, "the document has no proof that is understood")
    _check_times(document, proof, now)
    key = public_key(public_pem)
    value = proof.get("proofValue")
    signature = decode(value) if isinstance(value, str) else b""
    if not isinstance(key, Ed25519PublicKey) or len(signature) != _SIGNATURE_BYTES:
        raise PeerError(Reason.BAD_SIGNATURE, "the proof has no value, or its key is of another kind")
    try:
        key.verify(signature, _hash_of(document, proof))
    except InvalidSignature:
        raise PeerError(Reason.BAD_SIGNATURE, "the proof does not match the document and its key") from None


def make(document: Mapping[str, object], *, key_id: str, private_pem: str, now: datetime) -> dict[str, object]:
    """Return the document with a proof, its context naming what proofs are made of.

    Raises: ValueError when the document has no canonical form, or the key is of another kind.
    """
    key = private_key(private_pem)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("a proof needs an Ed25519 key")
    context = loose.as_list(document.get("@context"))
    whole = {**document, "@context": [*context[:1], CONTEXT, *(term for term in context[1:] if term != CONTEXT)]}
    proof = {
        "@context": whole["@context"],
        "type": "DataIntegrityProof",
        "cryptosuite": _SUITE,
        "created": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verificationMethod": key_id,
        "proofPurpose": _PURPOSE,
    }
    try:
        signature = key.sign(_hash_of(whole, proof))
    except PeerError as error:
        raise ValueError(error.detail) from None
    return whole | {"proof": proof | {"proofValue": encode(signature)}}


def _proof_of(document: Mapping[str, object]) -> dict[str, object] | None:
    """Return the first proof of the one suite that we know, made to assert."""
    for proof in loose.as_list(document.get("proof"))[:_MAX_PROOFS]:
        if isinstance(proof, dict) and proof.get("cryptosuite") == _SUITE and proof.get("proofPurpose") == _PURPOSE:
            return proof if proof.get("type") == "DataIntegrityProof" else None
    return None


def _check_times(document: Mapping[str, object], proof: Mapping[str, object], now: datetime) -> None:
    created, expires = loose.timestamp(proof.get("created")), loose.timestamp(proof.get("expires"))
    if created is None or ("expires" in proof and expires is None):
        raise PeerError(Reason.BAD_SIGNATURE, "the proof does not say when it was made or when it ends")
    if created > now + AHEAD:
        raise PeerError(Reason.NOT_YET_VALID, "the proof is dated more than an hour ahead")
    if (expires is not None and expires < now) or (not _is_lasting(document) and created < now - REMEMBERED):
        raise PeerError(Reason.EXPIRED, "the proof has expired")


def _is_lasting(document: Mapping[str, object]) -> bool:
    """Tell whether a late copy can do no harm; an Update only if it says when it was made, so that a newer one stands."""
    types = loose.types_of(document)
    updated = loose.first(document.get("object"))
    is_dated = isinstance(updated, Mapping) and loose.timestamp(updated.get("updated")) is not None
    return len(types) == 1 and types[0] in _LASTING and (types[0] != "Update" or is_dated)


def _hash_of(document: Mapping[str, object], proof: Mapping[str, object]) -> bytes:
    """Build what is signed. A context that the proof names must be how the document's begins, and stands for it."""
    signed = {name: value for name, value in document.items() if name not in _UNSIGNED}
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    if "@context" in proof:
        named = loose.as_list(proof["@context"])
        if loose.as_list(document.get("@context"))[: len(named)] != named:
            raise PeerError(Reason.BAD_SIGNATURE, "the proof is of a document with another context")
        signed["@context"] = proof["@context"]
    return sha256(_canonical(options)).digest() + sha256(_canonical(signed)).digest()


def _canonical(value: dict[str, object]) -> bytes:
    try:
        return canonical.write(value)
    except ValueError:
        raise PeerError(Reason.BAD_SIGNATURE, "the document has no canonical form") from None
