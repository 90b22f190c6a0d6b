"""``python -m api.cli``: the command line without its installed script."""

from api.cli.app import app

if __name__ == "__main__":
    app(prog_name="fairlead")
