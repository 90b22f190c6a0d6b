"""Filters of a policy, asked record by record of the tree that their text says."""
