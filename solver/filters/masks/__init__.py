"""Which records and pairs match, over columns that are read once."""
