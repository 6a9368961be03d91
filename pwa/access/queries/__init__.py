"""The SQL about people, roles and sign-ins."""
