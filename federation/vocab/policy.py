"""Who may reply to, quote, boost or like a post, out of every way that peers say it.

How it works. What is said is kept as one `Rule` for each act: who may at once, who after the author's word. A rule that is
not said lets anybody; a rule that names nobody lets nobody. The author may always, and who is named in a post may reply.
"""

from collections.abc import Iterable, Mapping
from typing import Final, Literal

import msgspec
from msgspec import Struct

from federation import loose, uris

Act = Literal["reply", "quote", "boost", "like"]
Verdict = Literal["automatic", "manual", "denied"]

PUBLIC: Final = "public"
FOLLOWERS: Final = "followers"
FOLLOWING: Final = "following"
MAX_NAMED: Final = 100
_ACTS: Final[Mapping[Act, str]] = {"reply": "canReply", "quote": "canQuote", "boost": "canAnnounce", "like": "canLike"}
_CAPABILITIES: Final[Mapping[Act, str]] = {"reply": "reply", "boost": "announce", "like": "like"}


class Rule(Struct, frozen=True):
    """Who may do one thing: `public`, `followers`, `following`, or the ids of actors and collections."""

    automatic: tuple[str, ...] = ()
    manual: tuple[str, ...] = ()


class Policy(Struct, frozen=True, omit_defaults=True):
    """What is said about a post. None: nothing is said, so anybody may."""

    reply: Rule | None = None
    quote: Rule | None = None
    boost: Rule | None = None
    like: Rule | None = None

    def rule(self, act: Act) -> Rule | None:
        """Give the rule for an act."""
        found: Rule | None = getattr(self, act)
        return found


class Asking(Struct, frozen=True):
    """Who wants to do something with whose post, and how the two stand to each other."""

    actor: str
    author: str
    followers: str | None = None
    following: str | None = None
    is_follower: bool = False
    is_followed: bool = False


ANYBODY: Final = Rule((PUBLIC,))
NOBODY: Final = Rule()


def policy_of(document: Mapping[str, object]) -> Policy | None:
    """Read the policy of a post with short keys; None when it says nothing.

    Shapes: `interactionPolicy` with `automaticApproval` and `manualApproval` or the older `always` and
    `approvalRequired`, each one id or a list; Pixelfed's `capabilities`; `commentsEnabled`; `canReply` (FEP-5624).
    """
    rules = _older(document)
    stated = loose.first(document.get("interactionPolicy"))
    if isinstance(stated, Mapping):
        rules |= {act: _rule(stated[name]) for act, name in _ACTS.items() if stated.get(name) is not None}
    return Policy(**rules) if rules else None


def verdict(rule: Rule | None, asking: Asking) -> Verdict:
    """Say whether somebody may do what a rule is about."""
    if rule is None or asking.actor == asking.author:
        return "automatic"
    if any(_names(entry, asking) for entry in rule.automatic):
        return "automatic"
    return "manual" if any(_names(entry, asking) for entry in rule.manual) else "denied"


def lets_anybody(policy: Policy | None, act: Act) -> bool:
    """Tell whether everybody may do something at once."""
    rule = policy.rule(act) if policy is not None else None
    return rule is None or PUBLIC in rule.automatic


def as_kept(policy: Policy | None) -> dict[str, object] | None:
    """Give a policy as plain data."""
    found: dict[str, object] | None = None if policy is None else msgspec.to_builtins(policy)
    return found


def from_kept(kept: object) -> Policy | None:
    """Give a policy from what `as_kept` gave."""
    return None if kept is None else msgspec.convert(kept, Policy)


def as_document(policy: Policy, *, author: str, followers: str) -> dict[str, object]:
    """Give the `interactionPolicy` of a post of ours: only what is said, nobody as the author alone."""
    words = {PUBLIC: loose.PUBLIC, FOLLOWERS: followers}
    said: dict[str, object] = {}
    for act, name in _ACTS.items():
        rule = policy.rule(act)
        if rule is not None:
            said[name] = {"automaticApproval": [words.get(entry, entry) for entry in rule.automatic] or [author]}
    return said


def _older(document: Mapping[str, object]) -> dict[Act, Rule]:
    rules: dict[Act, Rule] = {}
    capabilities = loose.first(document.get("capabilities"))
    if isinstance(capabilities, Mapping):
        rules |= {act: Rule(_said(capabilities[key])) for act, key in _CAPABILITIES.items() if key in capabilities}
    if "canReply" in document:
        rules["reply"] = Rule(_said(document["canReply"]))
    if document.get("commentsEnabled") is False:
        rules["reply"] = NOBODY
    return rules


def _rule(stated: object) -> Rule:
    stated = loose.first(stated)
    if not isinstance(stated, Mapping):
        return NOBODY
    return Rule(_either(stated, "automaticApproval", "always"), _either(stated, "manualApproval", "approvalRequired"))


def _either(stated: Mapping[str, object], new: str, old: str) -> tuple[str, ...]:
    return _said(stated[new] if stated.get(new) is not None else stated.get(old))


def _said(value: object) -> tuple[str, ...]:
    """Give whom a list names; what is no address (such as the text `[]`) names nobody."""
    named: Iterable[str] = (PUBLIC if loose.is_public(entry) else entry for entry in loose.ids_of(value))
    usable = (entry for entry in named if entry == PUBLIC or uris.is_usable(entry, loopback_http=True))
    return tuple(dict.fromkeys(usable))[:MAX_NAMED]


def _names(entry: str, asking: Asking) -> bool:
    if entry in (PUBLIC, asking.actor):
        return True
    if entry in (FOLLOWERS, asking.followers):
        return asking.is_follower
    return entry in (FOLLOWING, asking.following) and asking.is_followed
