-- Lines that a usage log has still to write, put here in the transaction that books them, if it is switched on.
CREATE TABLE usage_log_line (
    log TEXT NOT NULL, -- the log's name: each folder of a log has one
    id  TEXT NOT NULL,
    PRIMARY KEY (log, id)
) WITHOUT ROWID;
