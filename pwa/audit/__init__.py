"""The access log: who looked at what, when and why, in a chain that shows what was touched."""
