"""What files say becomes rows and documents; knows no files."""
