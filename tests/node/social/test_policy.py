"""Which decision counts for a host, and what it lets pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.reasons import PeerError, Reason
from node.social import policy
from node.social.policy import Decision, Standing

EVIL = Decision("evil.test", "suspend")


@pytest.mark.parametrize(
    ("host", "names"),
    [
        ("a.evil.test", ("a.evil.test", "evil.test", "test")),
        ("a.evil.test:8443", ("a.evil.test:8443", "a.evil.test", "evil.test", "test")),
        ("127.0.0.1:8001", ("127.0.0.1:8001", "127.0.0.1")),
        ("[::1]:8001", ("[::1]:8001", "[::1]")),
        ("[::1]", ("[::1]",)),
        ("localhost", ("localhost",)),
    ],
)
def test_a_decision_counts_for_ports_and_for_what_lies_under_a_host(host: str, names: tuple[str, ...]) -> None:
    """Nearest first; a number has nothing above it."""
    assert names == policy.names(host)


@pytest.mark.parametrize("text", ["evil.test", "EVIL.Test", "evil.test.", "*.evil.test", " evil.test "])
def test_a_host_is_folded_however_it_is_written(text: str) -> None:
    """Case, the dot of the root and the star of a list make no difference."""
    assert policy.fold(text) == "evil.test"


def test_a_name_and_its_punycode_are_one_host() -> None:
    """A moderator writes letters, a peer sends A-labels."""
    assert policy.fold("bücher.example") == policy.fold("xn--bcher-kva.EXAMPLE.")


@pytest.mark.parametrize("text", ["", "*", "evil.test/path", "user@evil.test", "a b", "*evil.test"])
def test_what_is_no_host_is_refused(text: str) -> None:
    """A list may hold anything."""
    with pytest.raises(PeerError):
        policy.fold(text)


@pytest.mark.parametrize(
    ("mode", "level", "refusal"),
    [
        ("open", None, None),
        ("open", "limit", None),
        ("open", "review", None),
        ("open", "suspend", Reason.BLOCKED),
        ("allowlist", None, Reason.NOT_ALLOWED),
        ("allowlist", "none", Reason.NOT_ALLOWED),
        ("allowlist", "allow", None),
        ("allowlist", "limit", None),
        ("allowlist", "suspend", Reason.BLOCKED),
        ("off", "allow", Reason.NOT_ALLOWED),
        ("off", None, Reason.NOT_ALLOWED),
    ],
)
def test_mode_and_level_say_what_passes(mode: policy.Mode, level: policy.Level | None, refusal: Reason | None) -> None:
    """Suspension is refused in every mode; an allow list takes only whom it names."""
    decisions = [Decision("other.example", level)] if level else []

    assert refusal == policy.standing("other.example", decisions, mode=mode).refusal


def test_the_nearest_decision_counts_alone() -> None:
    """One ward of a refused hospital can be let in, and what is near takes its own flags."""
    decisions = [Decision("evil.test", "suspend", no_media=True), Decision("good.evil.test", "allow")]

    assert Standing("allow", decided_for="good.evil.test") == policy.standing(
        "a.good.evil.test", decisions, mode="open"
    )
    assert policy.standing("bad.evil.test", decisions, mode="open").refusal is Reason.BLOCKED


def test_a_decision_about_media_alone_leaves_the_level_to_what_lies_above() -> None:
    """Dropping pictures of a ward does not let it in."""
    decisions = [EVIL, Decision("sub.evil.test", "none", no_media=True)]

    found = policy.standing("sub.evil.test", decisions, mode="open")

    assert (found.refusal, found.no_media) == (Reason.BLOCKED, True)


@given(st.text(max_size=80))
def test_any_text_is_a_host_or_refused(text: str) -> None:
    """Nothing else comes out, and folding twice changes nothing."""
    try:
        host = policy.fold(text)
    except PeerError:
        return

    assert host == policy.fold(host)
    assert host in policy.names(host)


@given(st.sampled_from(["evil.test", "a.evil.test", "A.B.evil.test", "evil.test:444"]))
def test_whatever_lies_under_a_suspended_host_is_refused(host: str) -> None:
    """Whichever spelling its address has."""
    assert policy.standing(policy.fold(host), [EVIL], mode="open").refusal is Reason.BLOCKED
