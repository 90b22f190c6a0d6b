"""Growth: time and memory of prices first against the pairs of a window."""
