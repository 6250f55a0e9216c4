"""What doors and worker run on: settings, sealing, the Temporal client, logs and metrics. Read by them only."""
