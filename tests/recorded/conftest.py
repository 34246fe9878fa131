"""Says at the end of a run how many recorded documents gave what is expected of them."""

import pytest

_TEST = "test_each_recorded_document_gives_what_is_expected"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the count, if the documents were given at all."""
    passed, failed = (
        sum(
            _TEST in report.nodeid and getattr(report, "when", "") == "call"
            for report in terminalreporter.stats.get(kind, ())
        )
        for kind in ("passed", "failed")
    )
    if passed + failed:
        terminalreporter.write_line(f"recorded documents: {passed} of {passed + failed} give what is expected")
