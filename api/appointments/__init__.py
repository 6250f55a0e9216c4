"""Routes of an enterprise's appointments; all other appointments are not found."""
