"""Working hours, time off and public holidays in the rep's own time zone."""
