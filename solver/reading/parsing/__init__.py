"""Bytes to text, tables and YAML documents, and text to typed cells."""
