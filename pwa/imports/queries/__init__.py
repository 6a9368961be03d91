"""What is kept of imports; knows no files."""
