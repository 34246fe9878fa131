"""What administrators do through an app."""

from datetime import UTC, datetime, timedelta

import pytest
from mastodon import Mastodon

from tests.contract.mastodon_py.typed import Typed
from tests.support.open_node import CLIENT_ID, CLIENT_SECRET, OpenNode

pytestmark = pytest.mark.processes


@pytest.fixture
def somebody(here: OpenNode, request: pytest.FixtureRequest) -> str:
    """Return the name of somebody who just signed up."""
    name = f"new_{abs(hash(request.node.name)) % 10**9}"
    app = Mastodon(CLIENT_ID, CLIENT_SECRET, api_base_url=here.url)
    app.create_account(name, "a long pass phrase", f"{name}@mail.example", agreement=True, scopes=["read", "write"])
    return name


def _id(asha: Typed, name: str) -> str:
    (found,) = asha.admin_accounts_v2(username=name)
    return str(found.id)


def test_accounts_are_found(asha: Typed) -> None:
    """By either call."""
    assert "ben" in [one.username for one in asha.admin_accounts_v2(origin="local", status="active")]
    for page in (asha.client.admin_accounts(status="active"), asha.client.admin_accounts_v1()):
        assert "ben" in [one["username"] for one in page]  # the library promises one here, and gives many


def test_somebody_is_moderated(asha: Typed, somebody: str) -> None:
    """And each measure is taken back."""
    one = _id(asha, somebody)

    asha.admin_account_moderate(one, "disable", send_email_notification=False)
    assert not asha.admin_account_enable(one).disabled
    asha.admin_account_moderate(one, "silence", text="Calm down")
    assert not asha.admin_account_unsilence(one).silenced
    asha.admin_account_moderate(one, "sensitive")
    assert not asha.admin_account_unsensitive(one).sensitized
    asha.admin_account_moderate(one, "suspend")
    assert asha.admin_account(one).suspended
    assert not asha.admin_account_unsuspend(one).suspended
    asha.admin_account_moderate(one, "suspend")
    asha.admin_account_delete(one)


def test_somebody_who_waits_is_let_in_or_not(asha: Typed, somebody: str, here: OpenNode) -> None:
    """By the moderators."""
    one = _id(asha, somebody)
    for _ in range(2):
        here.write(_wait, int(one))
        assert somebody in [waiting.username for waiting in asha.admin_accounts_v2(status="pending")]
        assert asha.admin_account_approve(one).approved
    here.write(_wait, int(one))
    asha.admin_account_reject(one)
    assert asha.admin_accounts_v2(username=somebody) == []


def _wait(unit, account_id):
    unit.conn.exec_driver_sql("UPDATE users SET approved_at = NULL WHERE account_id = ?", (account_id,))


def test_a_report_is_worked_on(asha: Typed, ben: Typed, somebody: str) -> None:
    """Taken, given back, done, and taken up again."""
    made = ben.report(ben.account_lookup(somebody).id, comment="Look", category="other")

    assert str(asha.admin_report(made.id).id) == str(made.id)
    assert asha.admin_report_assign(made.id).assigned_account.username == "asha"
    assert asha.admin_report_unassign(made.id).assigned_account is None
    assert asha.admin_report_resolve(made.id).action_taken
    assert not asha.admin_report_reopen(made.id).action_taken
    assert str(made.id) in [str(one.id) for one in asha.admin_reports(unresolved=True)]


def test_hosts_are_decided_about(asha: Typed) -> None:
    """Kept out, or let in."""
    made = asha.admin_create_domain_block("loud.example", severity="silence", public_comment="Loud", obfuscate=False)
    assert made.id in [one.id for one in asha.admin_domain_blocks()]
    assert asha.admin_domain_blocks(made.id).domain == "loud.example"
    assert asha.admin_update_domain_block(made.id, severity="suspend").severity == "suspend"
    assert "loud.example" in [one.domain for one in asha.instance_domain_blocks()]
    asha.admin_delete_domain_block(made.id)
    allowed = asha.admin_create_domain_allow("good.example")
    assert asha.admin_domain_allow(allowed.id).domain == "good.example"
    assert allowed.id in [one.id for one in asha.admin_domain_allows()]
    asha.admin_delete_domain_allow(allowed.id)


def test_who_may_not_sign_up_is_decided(asha: Typed) -> None:
    """By network, by domain of the address, and by address."""
    network = asha.admin_create_ip_block("192.0.2.0/24", "sign_up_block", comment="Robots", expires_in=3600)
    assert asha.admin_ip_block(network.id).severity == "sign_up_block"
    assert network.id in [one.id for one in asha.admin_ip_blocks()]
    assert asha.admin_update_ip_block(network.id, severity="no_access").severity == "no_access"
    asha.admin_delete_ip_block(network.id)
    domain = asha.admin_create_email_domain_block("junk.example")
    assert asha.admin_email_domain_block(domain.id).domain == "junk.example"
    assert domain.id in [one.id for one in asha.admin_email_domain_blocks()]
    asha.admin_delete_email_domain_block(domain.id)
    address = asha.admin_create_canonical_email_block(email="a@mail.example")
    assert asha.admin_canonical_email_block(address.id).canonical_email_hash == address.canonical_email_hash
    assert address.id in [one.id for one in asha.admin_canonical_email_blocks()]
    assert [one.id for one in asha.admin_test_canonical_email_block("A@mail.example")] == [address.id]
    asha.admin_delete_canonical_email_block(address.id)


def test_the_node_is_measured(asha: Typed) -> None:
    """By day, by what was measured, and by who stayed."""
    end = datetime.now(UTC)
    start = end - timedelta(days=3)

    measured = asha.admin_measures(
        start, end, active_users=True, new_users=True, interactions=True, opened_reports=True
    )
    split = asha.admin_dimensions(start, end, limit=5, languages=True, software_versions=True, space_usage=True)

    assert {one.key for one in measured} == {"active_users", "new_users", "interactions", "opened_reports"}
    assert {one.key for one in split} == {"languages", "software_versions", "space_usage"}
    assert all(one.frequency == "day" for one in asha.admin_retention(start, end, frequency="day"))
