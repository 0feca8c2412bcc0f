-- Who holds keys and whom they call for, and what is set of each. docs/management.md explains it.

-- Tenants, teams, users, customers, budgets, plans, tags. Deleted ones stay, so that other processes hear of it.
CREATE TABLE holder (
    kind       TEXT    NOT NULL, -- tenant, team, user, customer, budget, plan, tag
    id         TEXT    NOT NULL, -- of a customer: tenant, a tab, and its own
    alias      TEXT    NOT NULL,
    email      TEXT    NOT NULL,
    tenant     TEXT    NOT NULL,
    plan       TEXT    NOT NULL,
    models     TEXT    NOT NULL,
    allowance  TEXT    NOT NULL, -- JSON: its limits
    metadata   TEXT    NOT NULL,
    details    TEXT    NOT NULL, -- JSON: what else its kind has
    blocked    INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT    NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by TEXT    NOT NULL,
    deleted_at INTEGER NOT NULL,
    revision   INTEGER NOT NULL, -- of the counter in key_state, which keys have theirs of too
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;

CREATE UNIQUE INDEX holder_revision ON holder (revision);

-- What a key may use.
ALTER TABLE virtual_key ADD COLUMN allowance TEXT NOT NULL DEFAULT '{}';

-- Each change of a key, a holder or a counter, written in its transaction. Rows are added and never changed.
CREATE TABLE audit (
    revision    INTEGER NOT NULL PRIMARY KEY,
    at_millis   INTEGER NOT NULL,
    made_by     TEXT    NOT NULL, -- id of a key
    action      TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    target      TEXT    NOT NULL,
    before_json TEXT    NOT NULL,
    after_json  TEXT    NOT NULL
);

CREATE INDEX audit_target ON audit (kind, target, revision);
