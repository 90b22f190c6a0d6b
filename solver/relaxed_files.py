"""Names of the files of a relaxation."""

#: What ``fairlead relax --out`` writes.
RELAX_FILES = ("relax.json", "changes.csv", "owners.csv", "beyond_rules.csv")
