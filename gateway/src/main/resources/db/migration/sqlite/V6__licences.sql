-- Licences that are refused for ever. What a licence is stands in its own signed text, not here.
CREATE TABLE licence_revocation (
    licence    TEXT NOT NULL PRIMARY KEY,
    revoked_at INTEGER NOT NULL,
    revoked_by TEXT NOT NULL,
    revision   INTEGER NOT NULL
) WITHOUT ROWID;

CREATE UNIQUE INDEX licence_revocation_revision ON licence_revocation (revision);

-- One row: the last revision given to a revocation.
CREATE TABLE licence_state (
    id       INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    revision INTEGER NOT NULL
);

INSERT INTO licence_state (id, revision) VALUES (1, 0);
