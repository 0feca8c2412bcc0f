-- How far each journal folder has been written into the ledger.
CREATE TABLE journal_position (
    instance TEXT    NOT NULL PRIMARY KEY,
    segment  BIGINT  NOT NULL,
    "offset" INTEGER NOT NULL
);
