"""Preparing: what comes in is normalised, checked, matched and scored before any rule sees it."""
