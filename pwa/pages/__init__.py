"""HTTP in, HTML out, nothing else."""
