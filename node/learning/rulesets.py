"""Which charts there are, which fit a form of number, and which rules go with each: one table of names, never mixed.

A rule set has three vocabularies: ours (that of the record), that of the published packages whose figures we test
against, and what leaves. p', u' and Shewhart's rules are for this house: the record knows none of them, so a series
that is read by them here leaves as a chart and rules the record does know, computed anew.

Source: learning record, section 4; the oracles of tests/node/learning.
"""

from collections.abc import Mapping
from typing import Final, Literal, get_args

from node.learning.measures import Form

Chart = Literal["run", "xmr", "p", "u", "c", "t", "g", "pprime", "uprime"]
Rules = Literal["perla-2011", "anhoej", "nhs-mdc", "shewhart"]
WireChart = Literal["run", "xmr", "p", "u", "c", "t", "g"]
WireRules = Literal["perla-2011", "anhoej", "nhs-mdc"]

CHARTS: Final[tuple[Chart, ...]] = get_args(Chart)

CHARTS_OF: Final[Mapping[Form, tuple[Chart, ...]]] = {
    "proportion": ("run", "p", "pprime", "xmr"),
    "rate": ("run", "u", "uprime", "xmr"),
    "count": ("run", "c", "xmr"),
    "continuous": ("run", "xmr"),
    "time-between": ("run", "t", "g", "xmr"),
    "yes-no": ("run",),
}

RULES_OF: Final[Mapping[Chart, tuple[Rules, ...]]] = {
    "run": ("perla-2011", "anhoej"),
    **dict.fromkeys(CHARTS[1:], ("nhs-mdc", "shewhart")),
}

NAMES: Final[Mapping[Rules, Mapping[str, str]]] = {
    # what published packages call a rule: what the record calls it
    "perla-2011": {"shift": "shift", "trend": "trend", "too_few_runs": "runs", "too_many_runs": "runs"},
    "anhoej": {"long_run": "long-run", "few_crossings": "crossings"},
    "nhs-mdc": {"astronomical": "outside", "shift": "shift", "trend": "trend", "two_in_three": "two-of-three"},
    "shewhart": {"beyond_limits": "outside"},
}

CHART_WORDS: Final[Mapping[Chart, str]] = {
    "run": "Run chart",
    "xmr": "XmR chart",
    "p": "p chart",
    "u": "u chart",
    "c": "c chart",
    "t": "t chart",
    "g": "g chart",
    "pprime": "p\N{PRIME} chart",
    "uprime": "u\N{PRIME} chart",
}

RULES_WORDS: Final[Mapping[Rules, str]] = {
    "perla-2011": "Run chart rules (Perla 2011)",
    "anhoej": "Run chart rules (Anhøj 2014)",
    "nhs-mdc": "Rules of Making Data Count",
    "shewhart": "Shewhart's rule: points outside the limits",
}

_LOCAL: Final = ("pprime", "uprime")


def rules_for(chart: Chart, rules: Rules | None = None) -> Rules:
    """Return the rules that read a chart: those asked for if they go with it, else its first ones."""
    return rules if rules in RULES_OF[chart] else RULES_OF[chart][0]


def on_the_wire(chart: Chart, rules: Rules | None) -> tuple[WireChart, WireRules]:
    """Return as what a series leaves.

    A p' or u' chart was chosen because p or u cries wolf on such numbers, so it leaves as a run chart; Shewhart's rules
    leave as those of Making Data Count, which look at the same limits.
    """
    if chart in _LOCAL:
        return "run", "perla-2011"
    read = rules_for(chart, rules)
    return chart, "nhs-mdc" if read == "shewhart" else read  # type: ignore[return-value] # without the local ones
