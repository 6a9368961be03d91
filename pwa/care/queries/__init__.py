"""The SQL about visits and what is written at them."""
