"""Enrichment: others fill in what is missing and refresh what is stale, by a rule per field."""
