"""The store's server, for batches."""

from tests.pipeline.store.conftest import new_schema, postgres

__all__ = ["new_schema", "postgres"]
