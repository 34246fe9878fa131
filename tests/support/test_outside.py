"""What tests do about programs that have to be installed first: once, whole, and with one clear sentence when it fails."""

import sys
from pathlib import Path

import pytest

from tests.support import outside

FAILING = (sys.executable, "-c", "import sys; sys.exit('error: the registry does not answer')")


@pytest.fixture
def pin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return what names the versions; nothing is kept yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    pin = tmp_path / "pins"
    pin.write_text("one==1")
    return pin


def test_what_is_installed_is_kept_until_a_pin_changes(pin: Path) -> None:
    """The second run finds what the first made; another version is made anew."""
    made: list[Path] = []

    first, again = (outside.kept("tool", (pin,), made.append) for _ in range(2))
    pin.write_text("one==2")
    other = outside.kept("tool", (pin,), made.append)

    assert (first == again, first == other, len(made)) == (True, False, 2)


def test_what_fails_skips_with_its_reason_and_leaves_nothing(pin: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A half installation is never found by the next run."""
    monkeypatch.delenv("ROUNDS_TEST_REQUIRE", raising=False)

    with pytest.raises(pytest.skip.Exception, match="could not install pasture: error: the registry"):
        outside.kept("tool", (pin,), lambda folder: outside.run("pasture", FAILING, folder))

    assert list((pin.parent / "cache" / "rounds-tests").iterdir()) == []


def test_what_fails_and_is_required_fails(pin: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where everything must be there, a skip would hide it."""
    monkeypatch.setenv("ROUNDS_TEST_REQUIRE", "all")

    with pytest.raises(pytest.fail.Exception, match="ROUNDS_TEST_REQUIRE asks for pasture"):
        outside.kept("tool", (pin,), lambda folder: outside.run("pasture", FAILING, folder))
