"""Peers: other ways to solve the same windows, each in a process of its own."""
