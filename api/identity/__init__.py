"""Who calls: sessions, cards, cookies and keys, the users of an enterprise and their names."""
