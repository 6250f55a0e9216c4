"""Messages to people outside the page: by mail, chat robots and SMS. Only the worker's repeated jobs send."""
