"""A PostgreSQL database: connections, and what differs in its SQL."""
