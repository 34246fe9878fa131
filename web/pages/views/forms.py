"""What was typed and what is wrong with it: a refused form comes back with every character."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to correct; `field` is the name of the input, empty when it is about the whole."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several answers."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """The values of a form and its mistakes; `lead` begins the summary ("Not saved")."""

    values: Mapping[str, str] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()
    lead: str = "Not saved"

    def value(self, name: str) -> str:
        """Return what was typed."""
        return self.values.get(name, "")

    def error(self, name: str) -> str:
        """Return what is wrong with one field, or nothing."""
        return next((mistake.text for mistake in self.mistakes if mistake.field == name), "")

    def has(self, *names: str) -> bool:
        """Return whether one of these fields holds something or is wrong: then a folded part stands open."""
        return any(self.value(name) or self.error(name) for name in names)

    @property
    def title(self) -> str:
        """The heading of the problem summary."""
        count = len(self.mistakes)
        return f"{self.lead}: {count} {'thing' if count == 1 else 'things'} to correct"
