"""FHIR's questionnaires: their conditions and expressions, compiled into our language when a checklist is imported."""
