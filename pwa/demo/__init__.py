"""A made-up municipality: its files, and how to write more days of it; knows the import's files, not the database."""

from pwa.demo.plan import FILES, write_demo, write_plan

__all__ = ["FILES", "write_demo", "write_plan"]
