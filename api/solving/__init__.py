"""Heavy work in a child process: bytes in, bytes out; no database, no clock, no state."""
