"""Says at the end of a run how much of the client API is there."""

import pytest

from tests.contract.mastodon import facts


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the counts, and what is left out with its reason, if the endpoints were called at all."""
    ran = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, ())]
    if not any("contract/mastodon/test_endpoints" in report.nodeid for report in ran):
        return
    endpoints, behaviours = facts.endpoints(), facts.behaviours()
    without = facts.left_out("endpoint") | {
        one.name: "removed from Mastodon too" for one in endpoints if one.state == "removed"
    }
    tested = set(facts.tested_behaviours()) & set(behaviours)
    terminalreporter.write_line(
        f"client API: {len(endpoints) - len(without)} of {len(endpoints)} endpoints, "
        f"{len(tested)} of {len(behaviours)} behaviours; the rest:"
    )
    for name, reason in sorted((without | facts.left_out("behaviour")).items()):
        terminalreporter.write_line(f"  {name}: {reason}")
