"""Knows the files that come in from outside (plan, people, checklists, guides); knows no database."""
