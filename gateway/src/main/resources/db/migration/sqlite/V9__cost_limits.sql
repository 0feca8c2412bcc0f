-- Budgets of a day and a month that were set by the API. Rows are added and never changed: of each name the last counts,
-- as long as the configuration says what it said then.
CREATE TABLE cost_limit (
    revision         INTEGER NOT NULL PRIMARY KEY, -- of the counter in key_state
    name             TEXT   NOT NULL, -- daily_limit, monthly_limit
    nanos            INTEGER NOT NULL, -- nano-USD
    configured_nanos INTEGER NOT NULL, -- what the configuration said; 0 for nothing
    at_millis        INTEGER NOT NULL,
    made_by          TEXT   NOT NULL
);
