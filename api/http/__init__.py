"""HTTP: routes that validate, call the service, and answer."""
