-- Hash chains over the lines, one for each writer. docs/ledger.md explains them.

-- Whether lines are chained that are booked from now on.
CREATE TABLE hash_chaining (
    one   INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    is_on INTEGER NOT NULL
);
INSERT INTO hash_chaining VALUES (1, 0);

-- Where each chain ends, and after which link it begins: those up to the anchor went with the lines of a dropped month.
CREATE TABLE hash_chain (
    id            INTEGER PRIMARY KEY,
    writer        TEXT    NOT NULL UNIQUE,
    number        INTEGER NOT NULL,
    hash          BLOB    NOT NULL,
    anchor_number INTEGER NOT NULL,
    anchor_hash   BLOB    NOT NULL
);

-- The links of some lines that were booked in one go.
CREATE TABLE hash_link (
    id     INTEGER PRIMARY KEY,
    chain  INTEGER NOT NULL REFERENCES hash_chain (id),
    number INTEGER NOT NULL, -- of the first of them, from 1
    lines  TEXT    NOT NULL, -- JSON array of their ids
    hashes BLOB    NOT NULL, -- for each its link: SHA-256 of the link before it and the line's hash, 32 bytes
    UNIQUE (chain, number)
);
