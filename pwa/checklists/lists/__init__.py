"""Knows checklists as lists in a spreadsheet: reads those of leaders, and writes such."""
