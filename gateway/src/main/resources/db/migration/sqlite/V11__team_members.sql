-- What users use for a team has rows of its own: all are made anew from the lines when the database is opened.
DELETE FROM subject_use;
UPDATE subject_use_filled SET filled = CASE WHEN EXISTS (SELECT 1 FROM ledger_line) THEN 0 ELSE 1 END;
