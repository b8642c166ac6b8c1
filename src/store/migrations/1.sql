-- What this user changed: written and synced before a change is sent, completed after it.
CREATE TABLE journal (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    at         INTEGER NOT NULL,                 -- milliseconds since the Unix epoch
    settled    INTEGER,                          -- milliseconds since the Unix epoch
    owner      INTEGER NOT NULL,                 -- the process that wrote it
    account    TEXT NOT NULL,
    operation  TEXT NOT NULL,
    summary    TEXT NOT NULL,
    command    TEXT NOT NULL,
    outcome    TEXT NOT NULL CHECK (outcome IN ('intent', 'done', 'failed', 'unknown')),
    request_id TEXT,
    result     TEXT
) STRICT;

-- Incidents that are followed.
CREATE TABLE tracked (
    id       INTEGER PRIMARY KEY,
    profile  TEXT NOT NULL,
    system   TEXT NOT NULL,
    incident TEXT NOT NULL,
    UNIQUE (profile, system, incident)
) STRICT;

-- Metric history: one line for each series, with its samples.
CREATE TABLE series (
    id        INTEGER PRIMARY KEY,
    profile   TEXT NOT NULL,
    system    TEXT NOT NULL,
    namespace TEXT NOT NULL,
    instance  TEXT NOT NULL,
    metric    TEXT NOT NULL,
    statistic TEXT NOT NULL,
    period    INTEGER NOT NULL,                  -- seconds
    label     TEXT,
    unit      TEXT,
    written   INTEGER NOT NULL,                  -- seconds since the Unix epoch
    UNIQUE (profile, system, namespace, instance, metric, statistic, period)
) STRICT;

CREATE TABLE samples (
    series INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
    at     INTEGER NOT NULL,                     -- seconds since the Unix epoch
    value  REAL NOT NULL,
    PRIMARY KEY (series, at)
) STRICT, WITHOUT ROWID;

-- Settings of the screen.
CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
