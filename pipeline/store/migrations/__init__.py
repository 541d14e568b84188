"""The history of the layout, as Alembic reads it."""
