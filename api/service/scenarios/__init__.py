"""Scenarios compared with what there is: asked for, claimed by workers, looked into, ended."""
