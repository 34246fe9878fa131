"""The schema's history leads exactly to the tables that the code describes."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from migrations import HEAD, runner
from node.store.database import make_engine
from node.store.tables import metadata


def test_head_is_the_newest_revision() -> None:
    """A serving node compares with a constant, so that it need not import alembic."""
    assert runner.head() == HEAD


def _is_of_the_tables(name: str | None, kind: str, _parents: object) -> bool:
    """Leave out what each kind of database keeps for search in its own way."""
    return kind != "table" or not (name or "").startswith("status_words")


def test_migrated_schema_is_the_one_of_the_tables(database_url: str) -> None:
    """Nothing is missing and nothing is left over, on both kinds."""
    engine = make_engine(database_url)
    with engine.connect() as connection:
        ours = MigrationContext.configure(connection, opts={"include_name": _is_of_the_tables})
        difference = compare_metadata(ours, metadata)
    engine.dispose()

    assert difference == []


def test_upgrade_may_be_repeated(empty_database_url: str) -> None:
    """The second run finds everything done."""
    engine = make_engine(empty_database_url)
    first, second = runner.upgrade(engine), runner.upgrade(engine)
    engine.dispose()

    assert (first, second) == ((None, HEAD), (HEAD, HEAD))


def test_upgrade_leaves_foreign_keys_in_force(empty_database_url: str) -> None:
    """A connection that migrated goes on like any other."""
    engine = make_engine(empty_database_url)
    runner.upgrade(engine)
    with engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        found = connection.exec_driver_sql("PRAGMA foreign_keys").scalar() if is_sqlite else 1
    engine.dispose()

    assert found == 1


def test_failed_upgrade_leaves_nothing_behind(empty_database_url: str) -> None:
    """A table that is in the way stops the migration, and what it had made is undone."""
    engine = make_engine(empty_database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE users (id INTEGER)"))
    is_refused = False
    try:
        runner.upgrade(engine)
    except Exception:
        is_refused = True
    with engine.connect() as connection:
        revision = runner.current(connection)
        left = set(inspect(connection).get_table_names()) - {"users", "alembic_version"}
    engine.dispose()

    assert (is_refused, revision, left) == (True, None, set())


def test_old_parts_of_statuses_say_once_what_they_say_now(empty_database_url: str) -> None:
    """What a reader's filters match is put in when a post is read, so it is taken out of what was rendered before."""
    engine = make_engine(empty_database_url)
    old = '{"id":"7","content":"of \\\\"filtered\\\\":[]","application":null,"filtered":[],"learning_record":{"filtered":[]}}'
    with engine.connect() as connection:
        command.upgrade(runner.config(connection), "0002")
        connection.commit()
        connection.execute(text(_OLD_ACCOUNT))
        connection.execute(text(_OLD_STATUS), {"part": old})
        connection.commit()
    runner.upgrade(engine)
    with engine.connect() as connection:
        part = connection.scalar(text("SELECT part FROM statuses"))
    engine.dispose()

    wanted = '{"local_only":false,"id":"7","content":"of \\\\"filtered\\\\":[]","application":null,"learning_record":{"filtered":[]}}'
    assert wanted == part


def test_old_direct_posts_become_conversations(empty_database_url: str) -> None:
    """Each of ours in a thread has a row for every group of people in it, with its first and its newest post, all read."""
    engine = make_engine(empty_database_url)
    people = ((1, "ines", ""), (2, "sam", ""), (3, "otto", "hill.example"))
    posts = ((70, 1, "t", (2,)), (71, 2, "t", (1,)), (72, 1, "t", (2, 3)), (73, 3, "u", (1,)), (74, 1, "v", ()))
    with engine.connect() as connection:
        command.upgrade(runner.config(connection), "0002")
        connection.commit()
        for number, name, host in people:
            connection.execute(text(_PERSON), {"id": number, "uri": f"https://{name}", "name": name, "host": host})
        for number, author, thread, named in posts:
            connection.execute(
                text(_DIRECT), {"id": number, "uri": f"https://p/{number}", "by": author, "thread": thread}
            )
            for account_id in named:
                row = {"status_id": number, "account_id": account_id}
                connection.execute(text("INSERT INTO mentions VALUES (:status_id, :account_id, false)"), row)
        connection.commit()
    runner.upgrade(engine)
    columns = "account_id, context_uri, participants, first_status_id, last_status_id, is_unread"
    with engine.connect() as connection:
        found = sorted(tuple(row) for row in connection.execute(text(f"SELECT {columns} FROM conversations")))
    engine.dispose()

    assert found == [
        (1, "t", "2", 70, 71, False),
        (1, "t", "2,3", 72, 72, False),
        (1, "u", "3", 73, 73, False),
        (1, "v", "", 74, 74, False),
        (2, "t", "1", 70, 71, False),
        (2, "t", "1,3", 72, 72, False),
    ]


_PERSON = (
    "INSERT INTO accounts (id, uri, username, username_key, host, url, inbox, created_at)"
    " VALUES (:id, :uri, :name, :name, :host, :uri, 'x', 1)"
)
_DIRECT = (
    "INSERT INTO statuses (id, uri, url, account_id, is_local, visibility, context_uri, created_at, received_at)"
    " VALUES (:id, :uri, :uri, :by, true, 'direct', :thread, 1, 1)"
)
_OLD_ACCOUNT = (
    "INSERT INTO accounts (id, uri, username, username_key, url, inbox, created_at)"
    " VALUES (1, 'https://ward.example/users/ines', 'ines', 'ines', 'https://ward.example/@ines', 'x', 1)"
)
_OLD_STATUS = (
    "INSERT INTO statuses (id, uri, url, account_id, is_local, visibility, context_uri, created_at, received_at, part)"
    " VALUES (7, 'https://ward.example/7', 'https://ward.example/7', 1, true, 'public', 'x', 1, 1, :part)"
)
