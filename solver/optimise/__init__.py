"""The exact optimum of a window, as two min-cost flows of OR-Tools."""
