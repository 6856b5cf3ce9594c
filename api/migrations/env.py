"""Alembic's entry: the tables of every room, against the database that the settings name."""

from alembic import context
from sqlalchemy import NullPool, create_engine

from api.database import driver_url
from api.settings import settings
from api.tables import metadata

url = context.config.get_main_option("sqlalchemy.url") or settings().database_url.get_secret_value()
with create_engine(driver_url(url), poolclass=NullPool).connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()
