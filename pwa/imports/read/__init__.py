"""Files from a care-record system, read and checked; knows no database."""
