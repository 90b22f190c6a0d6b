"""The rules once more, lead by lead, without a line of the code that made the plan."""
