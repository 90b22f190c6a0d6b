"""What the service does, one module a use case; HTTP and worker call it, it calls the store."""
