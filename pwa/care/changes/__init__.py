"""What carers can change, and who may."""
