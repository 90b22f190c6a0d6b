"""Reading: files to a window, with every problem of every file reported together."""

from solver.reading.collect import Reading
from solver.reading.mapping.presets import preset_names
from solver.reading.window import load, read_window

__all__ = ["Reading", "load", "preset_names", "read_window"]
