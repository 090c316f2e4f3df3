CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE act (
  place     INTEGER PRIMARY KEY,   -- order of arrival at this node
  id        TEXT NOT NULL UNIQUE,
  member    TEXT NOT NULL,
  seq       INTEGER NOT NULL,
  kind      TEXT NOT NULL,
  body      TEXT NOT NULL,
  time      INTEGER NOT NULL,
  bytes     BLOB NOT NULL,
  key       TEXT NOT NULL,
  signature BLOB NOT NULL,
  UNIQUE (member, seq)
) STRICT;
CREATE TRIGGER act_stays BEFORE UPDATE ON act BEGIN SELECT RAISE(ABORT, 'acts are never changed'); END;
CREATE TRIGGER act_kept BEFORE DELETE ON act BEGIN SELECT RAISE(ABORT, 'acts are never deleted'); END;

CREATE TABLE entry (log TEXT NOT NULL, number INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (log, number)) STRICT, WITHOUT ROWID;
CREATE TRIGGER entry_stays BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'log entries are never changed'); END;
CREATE TRIGGER entry_kept BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'log entries are never deleted'); END;
CREATE TABLE hash (log TEXT NOT NULL, place INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (log, place)) STRICT, WITHOUT ROWID;
CREATE TABLE checkpoint (log TEXT NOT NULL, size INTEGER NOT NULL, note BLOB NOT NULL, PRIMARY KEY (log, size)) STRICT, WITHOUT ROWID;

CREATE TABLE witness (origin TEXT PRIMARY KEY, note BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE evidence (place INTEGER PRIMARY KEY, origin TEXT NOT NULL, bytes BLOB NOT NULL) STRICT;
CREATE TRIGGER evidence_kept BEFORE DELETE ON evidence BEGIN SELECT RAISE(ABORT, 'evidence is never deleted'); END;

CREATE TABLE outbox_head (
  partner TEXT NOT NULL, stream TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, prev BLOB NOT NULL,
  PRIMARY KEY (partner, stream)
) STRICT, WITHOUT ROWID;
CREATE TABLE outbox (
  place INTEGER PRIMARY KEY, partner TEXT NOT NULL, stream TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, raw BLOB NOT NULL,
  UNIQUE (partner, stream, epoch, seq)
) STRICT;
CREATE INDEX outbox_by_partner ON outbox (partner, place);

CREATE TABLE cursor (
  partner TEXT NOT NULL, stream TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL, carrier INTEGER NOT NULL,
  PRIMARY KEY (partner, stream)
) STRICT, WITHOUT ROWID;
CREATE TABLE inbox (
  place INTEGER PRIMARY KEY AUTOINCREMENT, partner TEXT NOT NULL, stream TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
  type TEXT NOT NULL, received INTEGER NOT NULL, raw BLOB NOT NULL, UNIQUE (partner, stream, epoch, seq)
) STRICT;
CREATE INDEX inbox_by_time ON inbox (received);

CREATE TABLE alert (id TEXT PRIMARY KEY, state TEXT NOT NULL, last_seen INTEGER NOT NULL, json BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX alert_by_state ON alert (state, last_seen);

CREATE TABLE document (kind TEXT NOT NULL, id TEXT NOT NULL, state TEXT NOT NULL, time INTEGER NOT NULL, json BLOB NOT NULL, PRIMARY KEY (kind, id)) STRICT;
CREATE INDEX document_by_time ON document (kind, state, time);

CREATE TABLE model (kind TEXT NOT NULL, id TEXT NOT NULL, json BLOB NOT NULL, PRIMARY KEY (kind, id)) STRICT, WITHOUT ROWID;

CREATE TABLE audit (place INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, person TEXT NOT NULL, action TEXT NOT NULL, about TEXT NOT NULL, detail TEXT NOT NULL) STRICT;
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is never changed'); END;
CREATE TRIGGER audit_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is never cut'); END;
