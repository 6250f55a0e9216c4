"""Addresses the workflows of appointments from outside: commands, receipts, notices, and the jobs that repeat them."""
