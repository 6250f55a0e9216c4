"""One appointment's story: answers, everything that happened on one axis of time, and every version of it."""
