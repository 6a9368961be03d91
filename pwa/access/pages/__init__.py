"""HTTP in, HTML out: signing in, one's own access, and people."""
