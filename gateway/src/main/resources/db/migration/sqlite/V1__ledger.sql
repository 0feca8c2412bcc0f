-- The ledger. Money is nano-USD, times are Unix milliseconds, an empty text means none. docs/ledger.md explains it.

CREATE TABLE ledger_line (
    sequence           INTEGER PRIMARY KEY,
    id                 TEXT    NOT NULL UNIQUE,
    kind               TEXT    NOT NULL,
    request_id         TEXT    NOT NULL,
    attempt_id         TEXT    NOT NULL,
    time_millis        INTEGER NOT NULL,
    admitted_at_millis INTEGER NOT NULL,
    tenant             TEXT    NOT NULL,
    team               TEXT    NOT NULL,
    user_id            TEXT    NOT NULL,
    key_id             TEXT    NOT NULL,
    end_user           TEXT    NOT NULL,
    licence            TEXT    NOT NULL,
    plan               TEXT    NOT NULL,
    endpoint           TEXT    NOT NULL,
    operation          TEXT    NOT NULL,
    document_type      TEXT    NOT NULL,
    chat_id            TEXT    NOT NULL,
    message_id         TEXT    NOT NULL,
    tags               TEXT    NOT NULL, -- JSON array of texts; empty for none
    requested_model    TEXT    NOT NULL,
    alias              TEXT    NOT NULL,
    dialect            TEXT    NOT NULL,
    streaming          INTEGER NOT NULL,
    provider           TEXT    NOT NULL,
    deployment         TEXT    NOT NULL,
    model              TEXT    NOT NULL, -- the model name sent upstream
    input_tokens       INTEGER NOT NULL, -- all of them, cached ones included
    output_tokens      INTEGER NOT NULL, -- all of them, reasoning included
    units              TEXT    NOT NULL, -- JSON object: unit to count, and "tools": tool to uses
    service_tier       TEXT    NOT NULL,
    usage_source       TEXT    NOT NULL,
    provider_cost      INTEGER NOT NULL,
    charged_cost       INTEGER NOT NULL,
    overrun            INTEGER NOT NULL,
    overage            INTEGER NOT NULL,
    saved              INTEGER NOT NULL,
    unpriced_reason    TEXT    NOT NULL,
    card_id            TEXT    NOT NULL,
    price_tier         TEXT    NOT NULL,
    receipt            TEXT    NOT NULL, -- JSON array of [name, quantity, nano_usd, per, is_input, cost]
    status             TEXT    NOT NULL,
    error_code         TEXT    NOT NULL,
    http_status        INTEGER NOT NULL,
    duration_micros    INTEGER NOT NULL,
    first_token_micros INTEGER NOT NULL,
    attempts           INTEGER NOT NULL,
    cache              TEXT    NOT NULL,
    complexity         TEXT    NOT NULL,
    region             TEXT    NOT NULL,
    corrects           TEXT    NOT NULL
);

-- A call's id is its request id; only its other lines need finding.
CREATE INDEX ledger_line_request ON ledger_line (request_id) WHERE kind <> 'call';

-- A line is corrected once.
CREATE TABLE correction (
    corrects TEXT NOT NULL PRIMARY KEY,
    id       TEXT NOT NULL
) WITHOUT ROWID;

-- How far a line's time lies behind the time in its id at most, and how far ahead: bounds a search by time.
CREATE TABLE ledger_span (
    one           INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    behind_millis INTEGER NOT NULL,
    ahead_millis  INTEGER NOT NULL
);
INSERT INTO ledger_span VALUES (1, 0, 0);

CREATE TABLE rollup_dimension (
    id            INTEGER PRIMARY KEY,
    tenant        TEXT NOT NULL,
    team          TEXT NOT NULL,
    user_id       TEXT NOT NULL,
    key_id        TEXT NOT NULL,
    alias         TEXT NOT NULL,
    provider      TEXT NOT NULL,
    model         TEXT NOT NULL,
    endpoint      TEXT NOT NULL,
    operation     TEXT NOT NULL,
    document_type TEXT NOT NULL,
    complexity    TEXT NOT NULL,
    status        TEXT NOT NULL,
    cache         TEXT NOT NULL,
    UNIQUE (tenant, team, user_id, key_id, alias, provider, model, endpoint, operation, document_type, complexity,
        status, cache)
);

-- Sums per quarter of an hour (UTC). A writer has rows of its own; reading adds them up.
CREATE TABLE rollup (
    slot               INTEGER NOT NULL, -- start of the quarter of an hour, Unix milliseconds
    dimension          INTEGER NOT NULL REFERENCES rollup_dimension (id),
    writer             TEXT    NOT NULL,
    calls              INTEGER NOT NULL,
    attempts           INTEGER NOT NULL,
    failed             INTEGER NOT NULL,
    provider_cost      INTEGER NOT NULL,
    charged_cost       INTEGER NOT NULL,
    saved              INTEGER NOT NULL,
    duration_micros    INTEGER NOT NULL,
    first_token_micros INTEGER NOT NULL,
    first_tokens       INTEGER NOT NULL,
    input              INTEGER NOT NULL,
    cache_read         INTEGER NOT NULL,
    cache_write_5m     INTEGER NOT NULL,
    cache_write_1h     INTEGER NOT NULL,
    input_audio        INTEGER NOT NULL,
    cache_audio_read   INTEGER NOT NULL,
    input_image        INTEGER NOT NULL,
    input_video        INTEGER NOT NULL,
    output             INTEGER NOT NULL,
    reasoning          INTEGER NOT NULL,
    output_audio       INTEGER NOT NULL,
    output_image       INTEGER NOT NULL,
    requests           INTEGER NOT NULL,
    cache_image_read   INTEGER NOT NULL,
    cache_video_read   INTEGER NOT NULL,
    PRIMARY KEY (slot, dimension, writer)
) WITHOUT ROWID;

CREATE TABLE rollup_tool (
    slot      INTEGER NOT NULL,
    dimension INTEGER NOT NULL REFERENCES rollup_dimension (id),
    writer    TEXT    NOT NULL,
    tool      TEXT    NOT NULL,
    uses      INTEGER NOT NULL,
    PRIMARY KEY (slot, dimension, writer, tool)
) WITHOUT ROWID;

-- How far each journal folder has been written into the ledger.
CREATE TABLE journal_position (
    instance TEXT    NOT NULL PRIMARY KEY,
    segment  INTEGER NOT NULL,
    "offset" INTEGER NOT NULL
) WITHOUT ROWID;

CREATE VIEW performance_metrics AS
SELECT sequence AS id,
    NULLIF(chat_id, '') AS chat_id,
    CASE WHEN message_id <> '' AND length(message_id) <= 18 AND message_id NOT GLOB '*[^0-9]*'
        THEN CAST(message_id AS INTEGER) END AS message_id,
    provider AS provider_id,
    model AS model_name,
    input_tokens,
    output_tokens,
    input_tokens + output_tokens AS total_tokens,
    duration_micros / 1000 AS duration_ms,
    CASE WHEN duration_micros > max(first_token_micros, 0)
        THEN output_tokens * 1e6 / (duration_micros - max(first_token_micros, 0)) ELSE 0.0 END AS tokens_per_second,
    CASE WHEN first_token_micros >= 0 THEN first_token_micros / 1000 END AS time_to_first_token_ms,
    (SELECT coalesce(sum(json_extract(value, '$[5]')), 0) / 1e9 FROM json_each(receipt)
        WHERE json_extract(value, '$[4]') = 1) AS input_cost_usd,
    (SELECT coalesce(sum(json_extract(value, '$[5]')), 0) / 1e9 FROM json_each(receipt)
        WHERE json_extract(value, '$[4]') = 0) AS output_cost_usd,
    provider_cost / 1e9 AS total_cost_usd,
    cache IN ('exact', 'semantic') AS cache_hit,
    status <> 'ok' AS error_occurred,
    max(attempts - 1, 0) AS retry_count,
    datetime(time_millis / 1000, 'unixepoch') AS timestamp
FROM ledger_line
WHERE kind <> 'attempt' AND id NOT IN (SELECT corrects FROM correction);
