"""Many appointments in one request: drafts deleted together, and acts of any kind with an answer for each."""
