"""Files past memory: read batch by batch in any condition, prepared and written as they come."""

from solver.reading.streaming.stream import StreamResult, prepare_stream

__all__ = ["StreamResult", "prepare_stream"]
