"""The only SQL, a module per thing."""
