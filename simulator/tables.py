"""The tables of the office's SQLite file."""

TABLES = """
CREATE TABLE IF NOT EXISTS scenarios (
    pre_entry_no TEXT PRIMARY KEY,          -- '' for all others
    name TEXT NOT NULL,
    delay_seconds REAL NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS messages (
    arrival INTEGER PRIMARY KEY,
    message_id TEXT NOT NULL UNIQUE,
    message_type TEXT NOT NULL,
    pre_entry_no TEXT NOT NULL,
    times INTEGER NOT NULL DEFAULT 1,
    differing INTEGER NOT NULL DEFAULT 0,   -- how many repeats were not the same bytes
    first_at TEXT NOT NULL,
    last_at TEXT NOT NULL,
    body_xml TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS messages_of ON messages (pre_entry_no, arrival);
CREATE TABLE IF NOT EXISTS appointments (
    pre_entry_no TEXT PRIMARY KEY,
    first_seen INTEGER NOT NULL,
    state TEXT NOT NULL,
    applicant TEXT NOT NULL DEFAULT '',
    consignee TEXT NOT NULL DEFAULT '',
    declaration_port TEXT NOT NULL DEFAULT '',
    window_start TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    application_no TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS appointments_newest ON appointments (first_seen);
CREATE TABLE IF NOT EXISTS receipts (
    number INTEGER PRIMARY KEY,
    receipt_id TEXT NOT NULL UNIQUE,
    pre_entry_no TEXT NOT NULL,
    result TEXT NOT NULL,
    copies INTEGER NOT NULL,
    due_at REAL NOT NULL,                   -- its place in the appointment's queue, seconds since 1970
    next_at REAL NOT NULL,                  -- when to try (again)
    attempts INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'queued',   -- queued, taken, refused
    answer TEXT NOT NULL DEFAULT '',        -- the receiver's last answer
    body_xml BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS receipts_of ON receipts (pre_entry_no, state, due_at, number);
CREATE INDEX IF NOT EXISTS receipts_in_order ON receipts (due_at, number);
CREATE INDEX IF NOT EXISTS receipts_due ON receipts (next_at) WHERE state = 'queued';
CREATE TABLE IF NOT EXISTS declarations (
    number TEXT PRIMARY KEY,
    direction TEXT NOT NULL,
    applicant TEXT NOT NULL,
    consignee TEXT NOT NULL,
    declaration_port TEXT NOT NULL,
    entry_exit_port TEXT NOT NULL,
    declared_on TEXT NOT NULL
) STRICT;
-- What callers have to prove, and how receipts leave.
CREATE TABLE IF NOT EXISTS choices (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL                     -- JSON
) STRICT;
-- By which way the last message of an appointment came; its receipts go there.
CREATE TABLE IF NOT EXISTS ways (
    pre_entry_no TEXT PRIMARY KEY,
    way TEXT NOT NULL
) STRICT;
-- Outlives a reset: an application number is never given twice.
CREATE TABLE IF NOT EXISTS serials (
    name TEXT PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT;
"""
