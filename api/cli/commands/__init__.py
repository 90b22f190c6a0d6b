"""The commands and their help, by purpose; the work is imported only when one runs."""
