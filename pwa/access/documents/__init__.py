"""What pages about people show, and the document in which a phone finds out whose it is."""
