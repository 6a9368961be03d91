"""Checklists and their versions; visits copy them."""
