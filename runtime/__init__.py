"""Services of a process: settings, encryption, the Temporal client, the object store, logs and metrics."""
