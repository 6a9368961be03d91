"""Templates, translations and dates, for the server and for the phone."""
