"""Photos: received, made anew, stored, shown and swept."""
