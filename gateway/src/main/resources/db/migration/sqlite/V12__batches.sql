-- Files at providers, and whose they are; of input files the most that their lines may use together.
CREATE TABLE batch_file (
    id            TEXT    NOT NULL PRIMARY KEY, -- the provider's
    key_id        TEXT    NOT NULL,
    provider      TEXT    NOT NULL,
    alias         TEXT    NOT NULL,
    deployment    TEXT    NOT NULL,
    line_count    INTEGER NOT NULL,
    input_tokens  INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    cost          INTEGER NOT NULL, -- nano-USD
    unbounded     TEXT    NOT NULL,
    json          TEXT    NOT NULL,
    created_at    INTEGER NOT NULL
);
CREATE INDEX batch_file_key ON batch_file (key_id, created_at);

CREATE TABLE batch (
    id         TEXT    NOT NULL PRIMARY KEY, -- the provider's
    key_id     TEXT    NOT NULL,
    provider   TEXT    NOT NULL,
    file_id    TEXT    NOT NULL,
    line_id    TEXT    NOT NULL, -- of the ledger's line that holds its bound until it is settled
    json       TEXT    NOT NULL,
    is_open    INTEGER NOT NULL, -- 0 settled, 1 open, 2 being looked at until next_poll at most
    next_poll  INTEGER NOT NULL, -- Unix milliseconds
    polls      INTEGER NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE INDEX batch_key ON batch (key_id, created_at);
CREATE INDEX batch_due ON batch (next_poll) WHERE is_open > 0;
