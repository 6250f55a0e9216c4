"""Makes and reads backups of a data directory."""
