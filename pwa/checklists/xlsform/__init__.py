"""XLSForm's forms: their expressions, compiled into our language when a checklist is imported."""
