"""Adapters that turn real and published data into the canonical input files."""
