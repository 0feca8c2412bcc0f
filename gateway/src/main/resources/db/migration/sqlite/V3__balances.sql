-- What the books say of each subject's use, so that limits can be rebuilt. docs/ledger.md explains it.

-- Sums per quarter of an hour (UTC) of admission. A writer has rows of its own; reading adds them up.
CREATE TABLE subject_use (
    kind          TEXT    NOT NULL, -- tenant, key, key_model, …
    subject       TEXT    NOT NULL, -- its id; long ones are cut and end in a hash of the whole
    slot          INTEGER NOT NULL, -- start of the quarter of an hour, Unix milliseconds
    writer        TEXT    NOT NULL,
    requests      INTEGER NOT NULL,
    input_tokens  INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    provider_cost INTEGER NOT NULL,
    charged_cost  INTEGER NOT NULL,
    tool_calls    INTEGER NOT NULL,
    PRIMARY KEY (kind, subject, slot, writer)
) WITHOUT ROWID;

-- Proving and replacing go by time.
CREATE INDEX subject_use_slot ON subject_use (slot);

-- Whether subject_use holds the lines that were there before it.
CREATE TABLE subject_use_filled (
    one    INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    filled INTEGER NOT NULL
);
INSERT INTO subject_use_filled SELECT 1, CASE WHEN EXISTS (SELECT 1 FROM ledger_line) THEN 0 ELSE 1 END;

-- Changes of counters that no call made: resets, edited spends. Rows are added and never changed.
CREATE TABLE adjustment (
    id        TEXT    NOT NULL PRIMARY KEY,
    account   TEXT    NOT NULL, -- names the counter
    at_millis INTEGER NOT NULL,
    delta     INTEGER NOT NULL, -- in the meter's unit
    reason    TEXT    NOT NULL,
    made_by   TEXT    NOT NULL
) WITHOUT ROWID;
CREATE INDEX adjustment_account ON adjustment (account, at_millis);

-- How long after their admission lines ended at most: bounds a search by the time of admission.
ALTER TABLE ledger_span ADD COLUMN took_millis INTEGER NOT NULL DEFAULT 0;
UPDATE ledger_span SET
    took_millis = max((SELECT coalesce(max(time_millis - admitted_at_millis), 0) FROM ledger_line
        WHERE kind <> 'correction'), 0),
    behind_millis = behind_millis + max((SELECT coalesce(max(admitted_at_millis - time_millis), 0) FROM ledger_line
        WHERE kind <> 'correction'), 0);
