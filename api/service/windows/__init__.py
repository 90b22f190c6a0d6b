"""Windows: closed over what waits, solved elsewhere, committed as far as it still holds."""
