"""Keeping the database: a copy of it while it is in use, its place taken by a copy, and whether it is sound."""
