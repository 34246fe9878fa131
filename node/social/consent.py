"""Who may quote a post: what its policy says, as far as its visibility leaves anything to say."""

from typing import Any, Final

from federation.audience import OPEN
from federation.vocab.policy import ANYBODY, FOLLOWERS, FOLLOWING, NOBODY, PUBLIC, Policy, Rule

QUOTE_POLICIES: Final = ("public", "followers", "nobody")
_RULES: Final = {"public": ANYBODY, "followers": Rule((FOLLOWERS,)), "nobody": NOBODY}


def policy_for(word: str, visibility: str) -> Policy:
    """Return the policy of a post of ours; what is not open is for nobody to quote."""
    return Policy(quote=_RULES[word] if visibility in (*OPEN, "house") else NOBODY)


def quote_rule(policy: Policy | None, visibility: str) -> Rule | None:
    """Return who may quote a post; None when its author says nothing."""
    if visibility not in (*OPEN, "house"):
        return NOBODY
    return policy.quote if policy is not None else None


def quote_approval(
    rule: Rule | None, *, author: str, marks: tuple[str, str], is_direct: bool, is_local: bool
) -> dict[str, Any]:
    """Return the QuoteApproval; the first mark stands where the author alone may, the second where it must be looked up."""
    if rule is None and not is_direct:
        return _approval(["public"], [], "automatic") if is_local else _approval([], [], "unknown")
    rule = rule or NOBODY
    automatic, manual = _words(rule.automatic, author), _words(rule.manual, author)
    if is_direct:
        return _approval(automatic, manual, "denied")
    if PUBLIC in automatic:
        return _approval(automatic, manual, "automatic")
    return _approval(automatic, manual, marks[1] if automatic or manual else marks[0])


def _approval(automatic: list[str], manual: list[str], current_user: str) -> dict[str, Any]:
    return {"automatic": automatic, "manual": manual, "current_user": current_user}


def _words(entries: tuple[str, ...], author: str) -> list[str]:
    known = (PUBLIC, FOLLOWERS, FOLLOWING)
    named = [entry if entry in known else "unsupported_policy" for entry in entries if entry != author]
    return list(dict.fromkeys(named))
