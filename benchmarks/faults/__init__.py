"""A run of the service in which everything fails now and then."""
