"""A person or a hospital as pages show it: a name, a place, initials where no picture is ours to show."""

import zlib
from dataclasses import dataclass

TINTS = ("", "b", "c", "d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Anyone who speaks. `handle` has no leading @; `place` is the hospital or the host."""

    name: str
    handle: str
    url: str
    place: str = ""
    picture: str | None = None
    is_institution: bool = False

    @property
    def initials(self) -> str:
        """Up to two letters for the round face."""
        words = [word for word in self.name.split() if word[0].isalnum()] or [self.handle or "?"]
        return "".join(word[0] for word in (words[0], *words[1:][-1:])).upper()

    @property
    def tint(self) -> str:
        """The colour class of the face, always the same for the same handle."""
        return TINTS[zlib.crc32(self.handle.encode()) % len(TINTS)]
