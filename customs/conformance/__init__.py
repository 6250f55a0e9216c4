"""The conformance kit: golden messages and faults by which an office tests its side, over any channel."""
