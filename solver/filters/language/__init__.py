"""The language: grammar, fields, tree, and what is wrong with a text."""
