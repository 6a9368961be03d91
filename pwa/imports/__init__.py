"""Files that come in from outside: plan, people, checklists, guides."""
