"""Small tables of facts that no library carries, each with its source."""
