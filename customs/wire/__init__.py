"""One file per message: the envelope, what we say, what customs says."""
