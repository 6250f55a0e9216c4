"""The durable workflow of an appointment: commands, timers and outbox. It has the order; ``domain`` has the rules."""
