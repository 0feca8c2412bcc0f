-- The aliases beside a line's own whose limits count it: JSON array of texts; empty for none.
ALTER TABLE ledger_line ADD COLUMN via TEXT NOT NULL DEFAULT '';
