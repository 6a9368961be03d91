"""A made-up municipality: its files, and how to write more days of it; knows the import's files, not the database."""

from pwa.demo.plan import FILES, JUST_BEGUN, has_just_begun, write_demo, write_plan

__all__ = ["FILES", "JUST_BEGUN", "has_just_begun", "write_demo", "write_plan"]
