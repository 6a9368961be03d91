"""What a page shows and a phone carries: rows become documents here and nowhere else."""
