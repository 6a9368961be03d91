"""How the application listens, with how many processes, and for how long it waits for a client."""
