"""What a carer's and a leader's pages show: rows become documents here and nowhere else."""
