"""What every table is made of: the metadata with its naming, ids, references."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def id_column() -> Column[int]:
    """Return the primary key that `ids` fills."""
    return Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False)


def ref(
    name: str, target: str, *, nullable: bool = False, ondelete: str = "CASCADE", primary_key: bool = False
) -> Column[int]:
    """Return a column that names a row of another table."""
    return Column(name, BigInteger, ForeignKey(target, ondelete=ondelete), nullable=nullable, primary_key=primary_key)
