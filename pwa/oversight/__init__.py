"""The data-protection officer's pages: search, samples and extracts of the access log."""
