"""Settings, clients, sealing, logs, metrics: seen by doors and worker only."""
