"""Checking: what is missing or implausible, what nobody recognised, what mending would bring."""
