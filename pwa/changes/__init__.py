"""Everything that anybody can change, and the authority over it, a module per thing."""
