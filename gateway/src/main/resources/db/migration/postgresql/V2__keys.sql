-- Virtual keys. Deleted ones stay, so that their ledger lines can be named and their text is never used again.
CREATE TABLE virtual_key (
    id             TEXT     NOT NULL PRIMARY KEY,
    hash           TEXT     NOT NULL,
    shown          TEXT     NOT NULL,
    previous_hash  TEXT     NOT NULL,
    previous_until BIGINT   NOT NULL,
    alias          TEXT     NOT NULL,
    tenant         TEXT     NOT NULL,
    team           TEXT     NOT NULL,
    user_id        TEXT     NOT NULL,
    plan           TEXT     NOT NULL,
    models         TEXT     NOT NULL,
    tags           TEXT     NOT NULL,
    metadata       TEXT     NOT NULL,
    settings       TEXT     NOT NULL,
    blocked        SMALLINT NOT NULL,
    expires_at     BIGINT   NOT NULL,
    created_at     BIGINT   NOT NULL,
    created_by     TEXT     NOT NULL,
    updated_at     BIGINT   NOT NULL,
    updated_by     TEXT     NOT NULL,
    deleted_at     BIGINT   NOT NULL,
    revision       BIGINT   NOT NULL
);

CREATE UNIQUE INDEX virtual_key_hash ON virtual_key (hash);
CREATE INDEX virtual_key_previous_hash ON virtual_key (previous_hash) WHERE previous_hash <> '';
CREATE UNIQUE INDEX virtual_key_alias ON virtual_key (alias) WHERE alias <> '' AND deleted_at = 0;
CREATE UNIQUE INDEX virtual_key_revision ON virtual_key (revision);

-- One row: the last revision given to a change, and what identifies the secret that the hashes were made with.
CREATE TABLE key_state (
    id             INTEGER  NOT NULL PRIMARY KEY CHECK (id = 1),
    revision       BIGINT   NOT NULL,
    fingerprint    TEXT     NOT NULL
);

INSERT INTO key_state (id, revision, fingerprint) VALUES (1, 0, '');
