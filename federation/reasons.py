"""The closed list of reasons why a document was refused or ignored, so that refusals can be counted and explained."""

from enum import StrEnum


class Reason(StrEnum):
    """A stable code. The value is what peers, logs, `rounds explain` and `rounds doctor` show."""

    # the document
    MALFORMED = "malformed"
    DUPLICATE_KEY = "duplicate-key"
    TOO_DEEP = "too-deep"
    TOO_LARGE = "too-large"
    WRONG_CONTENT_TYPE = "wrong-content-type"
    UNKNOWN_TYPE = "unknown-type"
    FORBIDDEN_KEYWORD = "forbidden-keyword"
    # the signature
    UNSIGNED = "unsigned"
    BAD_SIGNATURE = "bad-signature"
    BAD_DIGEST = "bad-digest"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    UNCOVERED_HEADER = "uncovered-header"
    WRONG_HOST = "wrong-host"
    UNSUPPORTED_ALGORITHM = "unsupported-algorithm"
    KEY_UNAVAILABLE = "key-unavailable"
    KEY_NOT_OWNED = "key-not-owned"
    # authority
    NOT_OWNER = "not-owner"
    FOREIGN_ORIGIN = "foreign-origin"
    INSECURE_ADDRESS = "insecure-address"
    # state
    SEEN = "seen"
    GONE = "gone"
    UNDONE = "undone"
    UNKNOWN_OBJECT = "unknown-object"
    UNKNOWN_ACTOR = "unknown-actor"
    NOT_REQUESTED = "not-requested"
    NOT_RELEVANT = "not-relevant"
    OUTDATED = "outdated"
    NO_BACK_LINK = "no-back-link"
    TOO_SOON = "too-soon"
    NOT_BOOSTABLE = "not-boostable"
    CLOSED = "closed"
    OVERLOADED = "overloaded"
    # policy
    BLOCKED = "blocked"
    NOT_ALLOWED = "not-allowed"
    HELD = "held"
    # fetching
    UNREACHABLE = "unreachable"
    FORBIDDEN_ADDRESS = "forbidden-address"
    NOT_FOUND = "not-found"
    REFUSED_BY_PEER = "refused-by-peer"
    TOO_MANY_REDIRECTS = "too-many-redirects"
    WRONG_ID = "wrong-id"
    # learningRecord
    CASE_AUDIENCE = "case-audience"


class PeerError(Exception):
    """They broke the protocol. Carries the reason code and a sentence without any personal content.

    `retry_after` is what they said about when to come again, as it stood in their header.
    """

    def __init__(self, reason: Reason, detail: str = "", *, retry_after: str | None = None) -> None:
        super().__init__(f"{reason.value}: {detail}" if detail else reason.value)
        self.reason = reason
        self.detail = detail
        self.retry_after = retry_after
