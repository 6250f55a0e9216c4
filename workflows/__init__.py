"""SEQUENCES: one durable workflow per appointment: order, timers, commands, outbox. Rules live in ``domain``."""
