"""A sales floor's rules in integers: from a window to an assignment program and back to owners."""
