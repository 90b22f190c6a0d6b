"""Golden tests: named instances with known answers."""
