"""A second implementation of the time rules, and the comparison of both over random cases (`make oracle`)."""
