"""Reading: files to a window, with every problem of every file reported together."""

from solver.reading.collect import Reading
from solver.reading.history_file import load_past_leads
from solver.reading.mapping.presets import preset_names
from solver.reading.sources import read_sources
from solver.reading.window import load, read_window

__all__ = ["Reading", "load", "load_past_leads", "preset_names", "read_sources", "read_window"]
