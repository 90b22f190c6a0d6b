"""Drivers: ``smoke`` asserts every answer once, ``measure`` times interleaved repeats."""
