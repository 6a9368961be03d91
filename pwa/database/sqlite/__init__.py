"""One SQLite file: group commit, locks, copies."""
