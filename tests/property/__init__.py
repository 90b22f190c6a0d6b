"""Property tests: statements that hold for every window."""
