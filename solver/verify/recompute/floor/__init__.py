"""A window with rules beyond capacity: groups, use, limits, shares, must-place, a previous plan."""
