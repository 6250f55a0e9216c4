"""A certificate authority for the sandbox only 沙箱专用, its cards and its revocation lists.

Its certificates prove nothing; a system outside the sandbox must never trust one.
"""
