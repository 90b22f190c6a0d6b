"""Preparing more leads than memory holds: batch by batch, what must wait lies on disk."""
