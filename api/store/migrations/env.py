"""Alembic's way in: always on a connection that the caller opened."""

from alembic import context

from api.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata,
                  render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
