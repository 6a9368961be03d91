"""Who gets in: challenges, passkeys and how often somebody may try, a module per thing. Knows no requests."""
