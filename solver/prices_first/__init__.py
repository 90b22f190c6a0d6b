"""Large windows: good prices first, then an exact solve of the few pairs that can matter."""
