"""HTTP in, HTML out: a carer's pages, the leader's board, and sync."""
