"""HTTP itself: problem documents, ETags, languages, and bodies as far as they can be read."""
