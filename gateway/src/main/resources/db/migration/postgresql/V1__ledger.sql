-- The ledger. Money is nano-USD, times are Unix milliseconds, an empty text means none. docs/ledger.md explains it.

CREATE SEQUENCE ledger_sequence CACHE 64;

CREATE TABLE ledger_line (
    month              INTEGER NOT NULL, -- year and month of the time in the id: 202611
    sequence           BIGINT  NOT NULL DEFAULT nextval('ledger_sequence'),
    id                 TEXT    COLLATE "C" NOT NULL,
    kind               TEXT    NOT NULL,
    request_id         TEXT    NOT NULL,
    attempt_id         TEXT    NOT NULL,
    time_millis        BIGINT  NOT NULL,
    admitted_at_millis BIGINT  NOT NULL,
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
    input_tokens       BIGINT  NOT NULL, -- all of them, cached ones included
    output_tokens      BIGINT  NOT NULL, -- all of them, reasoning included
    units              TEXT    NOT NULL, -- JSON object: unit to count, and "tools": tool to uses
    service_tier       TEXT    NOT NULL,
    usage_source       TEXT    NOT NULL,
    provider_cost      BIGINT  NOT NULL,
    charged_cost       BIGINT  NOT NULL,
    overrun            BIGINT  NOT NULL,
    overage            BIGINT  NOT NULL,
    saved              BIGINT  NOT NULL,
    unpriced_reason    TEXT    NOT NULL,
    card_id            TEXT    NOT NULL,
    price_tier         TEXT    NOT NULL,
    receipt            TEXT    NOT NULL, -- JSON array of [name, quantity, nano_usd, per, is_input, cost]
    status             TEXT    NOT NULL,
    error_code         TEXT    NOT NULL,
    http_status        INTEGER NOT NULL,
    duration_micros    BIGINT  NOT NULL,
    first_token_micros BIGINT  NOT NULL,
    attempts           INTEGER NOT NULL,
    cache              TEXT    NOT NULL,
    complexity         TEXT    NOT NULL,
    region             TEXT    NOT NULL,
    corrects           TEXT    NOT NULL,
    PRIMARY KEY (month, id)
) PARTITION BY LIST (month);

-- A call's id is its request id; only its other lines need finding.
CREATE INDEX ledger_line_request ON ledger_line (request_id) WHERE kind <> 'call';

-- A line is corrected once.
CREATE TABLE correction (
    corrects TEXT NOT NULL PRIMARY KEY,
    id       TEXT NOT NULL
);

-- How far a line's time lies behind the time in its id at most, and how far ahead: bounds a search by time.
CREATE TABLE ledger_span (
    one           INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    behind_millis BIGINT  NOT NULL,
    ahead_millis  BIGINT  NOT NULL
);
INSERT INTO ledger_span VALUES (1, 0, 0);

CREATE TABLE rollup_dimension (
    id            INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
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
    slot               BIGINT  NOT NULL, -- start of the quarter of an hour, Unix milliseconds
    dimension          INTEGER NOT NULL REFERENCES rollup_dimension (id),
    writer             TEXT    NOT NULL,
    calls              BIGINT  NOT NULL,
    attempts           BIGINT  NOT NULL,
    failed             BIGINT  NOT NULL,
    provider_cost      BIGINT  NOT NULL,
    charged_cost       BIGINT  NOT NULL,
    saved              BIGINT  NOT NULL,
    duration_micros    BIGINT  NOT NULL,
    first_token_micros BIGINT  NOT NULL,
    first_tokens       BIGINT  NOT NULL,
    input              BIGINT  NOT NULL,
    cache_read         BIGINT  NOT NULL,
    cache_write_5m     BIGINT  NOT NULL,
    cache_write_1h     BIGINT  NOT NULL,
    input_audio        BIGINT  NOT NULL,
    cache_audio_read   BIGINT  NOT NULL,
    input_image        BIGINT  NOT NULL,
    input_video        BIGINT  NOT NULL,
    output             BIGINT  NOT NULL,
    reasoning          BIGINT  NOT NULL,
    output_audio       BIGINT  NOT NULL,
    output_image       BIGINT  NOT NULL,
    requests           BIGINT  NOT NULL,
    cache_image_read   BIGINT  NOT NULL,
    cache_video_read   BIGINT  NOT NULL,
    PRIMARY KEY (slot, dimension, writer)
);

CREATE TABLE rollup_tool (
    slot      BIGINT  NOT NULL,
    dimension INTEGER NOT NULL REFERENCES rollup_dimension (id),
    writer    TEXT    NOT NULL,
    tool      TEXT    NOT NULL,
    uses      BIGINT  NOT NULL,
    PRIMARY KEY (slot, dimension, writer, tool)
);

-- How far each journal folder has been written into the ledger.
CREATE TABLE journal_position (
    instance TEXT    NOT NULL PRIMARY KEY,
    segment  BIGINT  NOT NULL,
    "offset" INTEGER NOT NULL
);

CREATE VIEW performance_metrics AS
SELECT sequence AS id,
    NULLIF(chat_id, '') AS chat_id,
    CASE WHEN message_id ~ '^[0-9]{1,18}$' THEN message_id::BIGINT END AS message_id,
    provider AS provider_id,
    model AS model_name,
    input_tokens,
    output_tokens,
    input_tokens + output_tokens AS total_tokens,
    duration_micros / 1000 AS duration_ms,
    CASE WHEN duration_micros > greatest(first_token_micros, 0)
        THEN output_tokens * 1e6::DOUBLE PRECISION / (duration_micros - greatest(first_token_micros, 0))
        ELSE 0 END AS tokens_per_second,
    CASE WHEN first_token_micros >= 0 THEN first_token_micros / 1000 END AS time_to_first_token_ms,
    (SELECT coalesce(sum((value ->> 5)::BIGINT), 0)::DOUBLE PRECISION / 1e9 FROM json_array_elements(receipt::JSON)
        WHERE value ->> 4 = '1') AS input_cost_usd,
    (SELECT coalesce(sum((value ->> 5)::BIGINT), 0)::DOUBLE PRECISION / 1e9 FROM json_array_elements(receipt::JSON)
        WHERE value ->> 4 = '0') AS output_cost_usd,
    provider_cost::DOUBLE PRECISION / 1e9 AS total_cost_usd,
    cache IN ('exact', 'semantic') AS cache_hit,
    status <> 'ok' AS error_occurred,
    greatest(attempts - 1, 0) AS retry_count,
    to_timestamp(time_millis / 1000) AT TIME ZONE 'UTC' AS timestamp
FROM ledger_line
WHERE kind <> 'attempt' AND NOT EXISTS (SELECT 1 FROM correction WHERE corrects = ledger_line.id);
