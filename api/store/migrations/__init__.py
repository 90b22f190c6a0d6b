"""One file a step; ``python -m api.store.new_migration NAME`` writes one from the tables."""
