-- Alerts. Money is nano-USD, times are Unix milliseconds. docs/alerts.md explains them.

-- What fired.
CREATE TABLE alert (
    id           TEXT    COLLATE "C" NOT NULL PRIMARY KEY,
    kind         TEXT    NOT NULL,
    subject      TEXT    NOT NULL,
    account      TEXT    NOT NULL,
    window_start BIGINT  NOT NULL,
    percent      INTEGER NOT NULL,
    level        TEXT    NOT NULL,
    action       TEXT    NOT NULL,
    meter        TEXT    NOT NULL,
    used         BIGINT  NOT NULL,
    cap          BIGINT  NOT NULL,
    at_millis    BIGINT  NOT NULL,
    texts        TEXT    NOT NULL -- JSON: language to title and body
);

-- Until when what fired does not fire again: one row for each limit and threshold, whatever the process.
CREATE TABLE alert_once (
    name         TEXT    NOT NULL PRIMARY KEY,
    until_millis BIGINT  NOT NULL
);

-- Where alerts go, and how far that is.
CREATE TABLE alert_delivery (
    alert_id   TEXT    COLLATE "C" NOT NULL,
    channel    TEXT    NOT NULL,
    state      TEXT    NOT NULL, -- waiting, delivered, given_up
    attempts   INTEGER NOT NULL,
    next_at    BIGINT  NOT NULL, -- while it waits: when it is due; whoever delivers it puts it off
    error      TEXT    NOT NULL, -- of the last try
    changed_at BIGINT  NOT NULL,
    PRIMARY KEY (alert_id, channel)
);

CREATE INDEX alert_delivery_due ON alert_delivery (channel, next_at) WHERE state = 'waiting';

-- Models without a price are found without reading the lines that have one.
CREATE INDEX ledger_line_unpriced ON ledger_line (time_millis) WHERE unpriced_reason <> '';
