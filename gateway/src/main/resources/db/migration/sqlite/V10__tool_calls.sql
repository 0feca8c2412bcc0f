-- Tool calls of a quarter of an hour. Of a line they stand in its units.
ALTER TABLE rollup ADD COLUMN tool_calls INTEGER NOT NULL DEFAULT 0;
