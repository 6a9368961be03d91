"""Knows the organisers' pages about checklists."""
