"""The store: everything that is SQL."""
