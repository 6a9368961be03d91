"""Who gets in: people, roles, sign-ins, passkeys, phones and how they are shut out."""
