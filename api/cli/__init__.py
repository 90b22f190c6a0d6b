"""The command line: stdout is data, stderr is progress and problems."""

from api.cli.app import app, main

__all__ = ["app", "main"]
