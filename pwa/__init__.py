"""Hånd: one more hand in home care. The map of the house is in README.md."""

__version__ = "0.1.0"
