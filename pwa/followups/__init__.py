"""What is to be followed up, for those who answer for it: its list, who has taken what up, and what came of it."""
