"""The service measured: each thing beside the least that could do it, on both databases."""
