"""What is to be followed up: how it stands, at its visit and to the carer whose it is."""
