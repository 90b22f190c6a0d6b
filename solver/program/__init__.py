"""An assignment program in integers: units, columns, limits; solved, priced and proven.

Knows nothing of leads' fields, policies or files: :mod:`solver.matrix` makes the program of a
window, :mod:`solver.planning` puts what came out into words.
"""
