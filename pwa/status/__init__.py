"""How the installation is, for whoever runs it: what the database, the disks, the keys and the server say of themselves."""
