-- What happened to an incident that its service does not keep.
CREATE TABLE notes (
    id       INTEGER PRIMARY KEY,
    profile  TEXT NOT NULL,
    system   TEXT NOT NULL,
    incident TEXT NOT NULL,
    at       INTEGER NOT NULL,                   -- milliseconds since the Unix epoch
    kind     TEXT NOT NULL,
    text     TEXT NOT NULL
) STRICT;
CREATE INDEX notes_of ON notes (profile, system, incident, at);

-- Which alarm and incident led to what.
CREATE TABLE links (
    profile  TEXT NOT NULL,
    system   TEXT NOT NULL,
    kind     TEXT NOT NULL CHECK (kind IN ('incident', 'order')),
    thing    TEXT NOT NULL,                      -- number of the incident or id of the order
    cause    TEXT NOT NULL,                      -- JSON
    PRIMARY KEY (profile, system, kind, thing)
) STRICT, WITHOUT ROWID;
