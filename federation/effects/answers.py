"""What may come of an activity beside effects: nothing, or a refusal."""

from msgspec import Struct

from federation.reasons import Reason


class Ignored(Struct, frozen=True):
    """Well signed, nothing to do: answered 202."""

    reason: Reason


class Refused(Struct, frozen=True):
    """Against the rules: answered with the code that `federation.reasons` names, nothing kept."""

    reason: Reason
    detail: str = ""
