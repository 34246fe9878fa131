"""The command `rounds`: names, options and exit codes. What a command does is in `node.commands`, imported when it runs."""

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from node import settings as reading
from node.commands.console import MEANINGS, Code, Stop, complain
from node.commands.options import Json, settings_of
from node.commands.options.announce import announce
from node.commands.options.group import group
from node.commands.options.loops import loops
from node.commands.options.peer import peer
from node.commands.options.presenting import document, emoji, rule
from node.commands.options.relay import relay
from node.commands.options.unit import unit
from node.commands.options.webhook import webhook
from node.settings import SettingsError

EPILOG: Final = "Exit codes: " + "; ".join(f"{code.value} {text}" for code, text in MEANINGS.items()) + "."

app = typer.Typer(
    no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False, epilog=EPILOG, rich_markup_mode=None
)


@app.callback()
def rounds(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Option(help="The settings file (else ROUNDS_CONFIG, else rounds.toml).")
    ] = None,
) -> None:
    """A node that a hospital hosts for itself: its people learn, do and share, with other hospitals and the fediverse."""
    context.obj = config


@app.command()
def init(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Public host, such as rounds.hospital.example. For ever.")] = None,
    institution_name: Annotated[str | None, typer.Option(help="The name people read.")] = None,
    data_dir: Annotated[str | None, typer.Option(help="Folder of database, media and secrets.")] = None,
    institution_username: Annotated[str | None, typer.Option(help="Username of the institution's account.")] = None,
    handle_domain: Annotated[str | None, typer.Option(help="Domain of handles, if it is not the host.")] = None,
    database_url: Annotated[
        str | None, typer.Option(help="sqlite:////PATH or postgresql://... (with a password: ROUNDS_DATABASE_URL).")
    ] = None,
    bind: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[str | None, typer.Option(help="Port to listen on.")] = None,
    timezone: Annotated[str | None, typer.Option(help="Such as Europe/Berlin.")] = None,
    locale: Annotated[str | None, typer.Option(help="Such as en.")] = None,
    contact_email: Annotated[str | None, typer.Option(help="Where people write to.")] = None,
    mode: Annotated[
        str | None,
        typer.Option(
            "--mode", "--federation-mode", help="With whom to speak: allowlist (proposed), open or off; see peer allow."
        ),
    ] = None,
    allow_loopback_http: Annotated[bool, typer.Option(help="Plain http, for hosts on this machine only.")] = False,
    as_json: Json = False,
) -> None:
    """Make a node: settings file, secret, database and the institution's account."""
    from node.commands import setup

    options = {
        "host": host, "institution_name": institution_name, "data_dir": data_dir, "database_url": database_url,
        "institution_username": institution_username, "handle_domain": handle_domain, "bind": bind, "port": port,
        "timezone": timezone, "locale": locale, "contact_email": contact_email,
        "allow_loopback_http": "true" if allow_loopback_http else None, "federation_mode": mode,
    }  # fmt: skip
    file = context.obj or reading.config_file() or reading.DEFAULT_FILE
    given = {name: text for name, text in options.items() if text is not None}
    given |= setup.proposed_mode(given, is_asking=not as_json)
    setup.init(given, file=file.absolute(), as_json=as_json)


@app.command()
def migrate(context: typer.Context, as_json: Json = False) -> None:
    """Bring the database to the schema of this version. Safe to repeat."""
    from node.commands import setup

    setup.migrate(settings_of(context), as_json=as_json)


@app.command()
def serve(
    context: typer.Context,
    with_worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help="PostgreSQL only: leave it to rounds work.")
    ] = True,
    testing: Annotated[
        Path | None, typer.Option(help="On this machine only: let anybody in, with the people and tokens of this file.")
    ] = None,
) -> None:
    """Serve the node, with its worker inside."""
    from node.commands import serving

    serving.serve(settings_of(context), file=context.obj, with_worker=with_worker, testing=testing)


@app.command()
def work(context: typer.Context) -> None:
    """Work on what waits in the queues, and serve nothing. PostgreSQL only."""
    from node.commands import serving

    serving.work(settings_of(context), file=context.obj)


@app.command()
def tend(context: typer.Context) -> None:
    """Make the hourly round now: give people what they shall see again, ask them in their apps."""
    from node.commands import tending

    tending.tend(settings_of(context))


Archive = Annotated[Path, typer.Argument(help="The archive, such as rounds-2026-11-26.tar.")]


@app.command()
def backup(context: typer.Context, file: Archive) -> None:
    """Save database, media and secrets in one archive, also while the node runs. SQLite only."""
    from node.commands import saving

    saving.backup(settings_of(context), file)


@app.command()
def restore(context: typer.Context, file: Archive) -> None:
    """Put a backup in the place of what is there, which is kept aside. The node must not run."""
    from node.commands import saving

    saving.restore(settings_of(context), file)


doctor = typer.Typer(invoke_without_command=True, help="Say what is wrong; exit 0 only if all is well.")
app.add_typer(doctor, name="doctor")


@doctor.callback()
def doctor_node(context: typer.Context, as_json: Json = False) -> int:
    """Look at database, schema, secrets, disk, queues and peers; exit 0 only if all is well."""
    from node import doctor as room

    return 0 if context.invoked_subcommand else room.run(settings_of(context), as_json=as_json)


@doctor.command("federation")
def doctor_federation(
    context: typer.Context,
    account: Annotated[str, typer.Argument(help="Somebody elsewhere, such as @ana@other.example.")],
    as_json: Json = False,
) -> int:
    """Go the way a follow goes towards somebody elsewhere and name the first step that fails."""
    from node.commands import diagnosing

    return diagnosing.run(settings_of(context), account, as_json=as_json)


@doctor.command("mail")
def doctor_mail(
    context: typer.Context,
    address: Annotated[str | None, typer.Argument(help="Where to send a test mail; without it none is sent.")] = None,
    as_json: Json = False,
) -> int:
    """Print the conversation with the mail server, without its secrets."""
    from node.commands import mailing

    return mailing.run(settings_of(context), address, as_json=as_json)


account = typer.Typer(no_args_is_help=True, help="People who sign in here.")
app.add_typer(account, name="account")
Stdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


@account.command("create")
def account_create(
    context: typer.Context,
    username: Annotated[str, typer.Argument(help="1 to 30 of a-z, 0-9 and _. For ever.")],
    email: Annotated[str, typer.Option(help="Also the name to sign in with.")],
    role: Annotated[str, typer.Option(help="staff, moderator or admin.")] = "staff",
    display_name: Annotated[str, typer.Option(help="The name people read.")] = "",
    password_stdin: Stdin = False,
    as_json: Json = False,
) -> None:
    """Make a person who can sign in."""
    from node.commands import people

    people.create(
        settings_of(context), username, email=email, role=role, display_name=display_name, from_stdin=password_stdin,
        as_json=as_json,
    )  # fmt: skip


@account.command("list")
def account_list(context: typer.Context, as_json: Json = False) -> None:
    """List everybody who can sign in."""
    from node.commands import people

    people.show(settings_of(context), as_json=as_json)


@account.command("reset-password")
def account_reset_password(
    context: typer.Context,
    login: Annotated[str, typer.Argument(help="Username or e-mail address.")],
    password_stdin: Stdin = False,
) -> None:
    """Give somebody a new password and sign out all their sessions and apps."""
    from node.commands import people

    people.reset_password(settings_of(context), login, from_stdin=password_stdin)


@account.command("alias")
def account_alias(
    context: typer.Context,
    username: Annotated[str, typer.Argument(help="The account here.")],
    other: Annotated[str, typer.Argument(help="The account it was, such as @ana@old.example.")],
) -> None:
    """Say that an account here is also another one, so that the other may move here."""
    from node.commands import moves

    moves.alias(settings_of(context), username, other)


@account.command("move")
def account_move(
    context: typer.Context,
    username: Annotated[str, typer.Argument(help="The account here.")],
    other: Annotated[str, typer.Argument(help="Where it goes on, such as @ana@new.example.")],
) -> None:
    """Let an account go on elsewhere; the other account must name it as an alias. Followers go along."""
    from node.commands import moves

    moves.move(settings_of(context), username, other)


account_keys = typer.Typer(no_args_is_help=True, help="What accounts sign with.")
account.add_typer(account_keys, name="keys")


@account_keys.command("rotate")
def account_keys_rotate(
    context: typer.Context,
    username: Annotated[str, typer.Argument(help="The account here; the handle domain stands for the server's own.")],
) -> None:
    """Publish new keys beside the old ones; they sign after two days, and the old ones go after a week."""
    from node.commands import people

    people.rotate_keys(settings_of(context), username)


delivery = typer.Typer(no_args_is_help=True, help="What goes out to other servers.")
app.add_typer(delivery, name="delivery")


@delivery.command("show")
def delivery_show(
    context: typer.Context,
    post: Annotated[str, typer.Argument(help="The id or the address of a post of this node.")],
    as_json: Json = False,
) -> None:
    """Say for each server whether it has a post, and if not, why and what is next."""
    from node.commands import deliveries

    deliveries.show(settings_of(context), post, as_json=as_json)


report = typer.Typer(no_args_is_help=True, help="What people want moderators to look at.")
app.add_typer(report, name="report")


@report.command("list")
def report_list(context: typer.Context, as_json: Json = False) -> None:
    """List the open reports, oldest first."""
    from node.commands import reports

    reports.show(settings_of(context), as_json=as_json)


@report.command("resolve")
def report_resolve(context: typer.Context, number: Annotated[int, typer.Argument(help="Its id.")]) -> None:
    """Close a report."""
    from node.commands import reports

    reports.resolve(settings_of(context), number)


app.add_typer(peer, name="peer")
app.add_typer(group, name="group")
app.add_typer(relay, name="relay")
app.add_typer(unit, name="unit")
app.add_typer(loops, name="loops")
app.add_typer(webhook, name="webhook")
app.add_typer(announce, name="announce")
app.add_typer(rule, name="rule")
app.add_typer(document, name="document")
app.add_typer(emoji, name="emoji")


@app.command()
def explain(
    context: typer.Context,
    file: Annotated[str, typer.Argument(help="An ActivityPub document; - is standard input.")],
    signer: Annotated[str | None, typer.Option("--from", help="The actor who signed it, if not its own.")] = None,
    as_json: Json = False,
) -> None:
    """Say what this node would do with a document and why, without doing it."""
    from node.commands import explaining

    explaining.run(settings_of(context), file, signer=signer, as_json=as_json)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def demo(context: typer.Context) -> None:
    """Play a network of three hospitals on this machine; --once plays it through and exits."""
    from node.commands import serving

    serving.become(["-m", "node.demo", *context.args], context.obj)


def main() -> None:
    """Run the command line of this process and exit with one of `Code`."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; faults of the user are sentences, never tracebacks."""
    from node.errors import Problem

    try:
        result = app(arguments, prog_name="rounds", standalone_mode=False)
    except SettingsError as error:
        complain(error.faults)
        return Code.SETTINGS
    except Stop as stop:
        complain(stop.lines)
        return stop.code
    except Problem as problem:
        complain([problem.text])
        return Code.FAILED
    except typer.Abort:
        complain(["stopped"])
        return 130
    except Exception as error:
        return _usage(error)
    return result if isinstance(result, int) else Code.OK


def _usage(error: Exception) -> int:
    """Return 2 for what click says about the command line; everything else is a fault of ours and is raised again."""
    show = getattr(error, "show", None)
    if show is None:
        raise error
    show()
    return Code.SETTINGS
