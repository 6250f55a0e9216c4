"""沙箱专用。Sandbox only: a make-believe certificate authority, its cards and its revocation lists.

No certificate made here says anything about anybody; a system outside the sandbox must never trust one.
"""
