"""Generated days: what floors bring, what surprises cost, what noise leaves."""
