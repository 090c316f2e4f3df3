package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	_ "modernc.org/sqlite" // registers the driver

	"entente"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Options are the settings of a store; the zero value is right for a node.
type Options struct {
	Readers int // connections that read at once; 2 when zero
	Cache   int // bytes of page cache of each connection; 2 MiB when zero
	Now     func() time.Time
}

// Store is one SQLite file. It is safe for concurrent use.
type Store struct {
	path string
	now  func() time.Time
	turn chan struct{} // held by the one who writes; guards w and prepared
	w    *sql.Conn
	wdb  *sql.DB
	r    *sql.DB

	prepared map[string]*sql.Stmt // on w
	mu       sync.RWMutex         // guards reading
	reading  map[string]*sql.Stmt // on r
}

// Open opens the file, makes it if there is none, and brings its tables up to date.
func Open(ctx context.Context, path string, o Options) (*Store, error) {
	if o.Readers == 0 {
		o.Readers = 2
	}
	if o.Cache == 0 {
		o.Cache = 2 << 20
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("opening store: %w", err)
	}
	s := &Store{path: path, now: o.Now, turn: make(chan struct{}, 1), prepared: map[string]*sql.Stmt{}, reading: map[string]*sql.Stmt{}}
	if err := s.open(ctx, o); err != nil {
		return nil, errors.Join(&entente.Error{
			Kind: entente.Malformed, Source: path, Offset: -1, Reason: "opening store: " + err.Error(),
			Next: "check the disk and the rights; if the file is damaged, move it away and restore a backup",
		}, s.Close())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, o Options) (err error) {
	if s.wdb, err = sql.Open("sqlite", dsn(s.path, o.Cache, false)); err != nil {
		return err
	}
	s.wdb.SetMaxOpenConns(1)
	if s.w, err = s.wdb.Conn(ctx); err != nil {
		return err
	}
	if err := s.migrate(ctx); err != nil {
		return err
	}
	if s.r, err = sql.Open("sqlite", dsn(s.path, o.Cache, true)); err != nil {
		return err
	}
	s.r.SetMaxOpenConns(o.Readers)
	s.r.SetMaxIdleConns(o.Readers)
	return s.r.PingContext(ctx)
}

func dsn(path string, cache int, readOnly bool) string {
	q := url.Values{"_pragma": {
		"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(ON)", "trusted_schema(OFF)",
		fmt.Sprintf("cache_size(-%d)", max(1, cache>>10)), "journal_size_limit(16777216)", "mmap_size(0)",
	}}
	if readOnly {
		q["_pragma"] = append(q["_pragma"], "query_only(ON)")
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

// migrate brings the tables to the newest version, each step in its transaction; PRAGMA user_version counts them.
func (s *Store) migrate(ctx context.Context) error {
	names, err := fs.Glob(migrations, "migrations/*.sql") // in order of their numbers
	if err != nil {
		return err
	}
	var version int
	if err := s.w.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if version > len(names) {
		return fmt.Errorf("its tables are of version %d, this program knows %d: use a newer program", version, len(names))
	}
	for i := version; i < len(names); i++ {
		text, err := migrations.ReadFile(names[i])
		if err != nil {
			return err
		}
		step := fmt.Sprintf("BEGIN IMMEDIATE;\n%s\nPRAGMA user_version = %d;\nCOMMIT;", text, i+1)
		if _, err := s.w.ExecContext(ctx, step); err != nil {
			_, _ = s.w.ExecContext(ctx, "ROLLBACK") // the first error is the one that matters
			return fmt.Errorf("migrating to version %d: %w", i+1, err)
		}
	}
	_, err = s.w.ExecContext(ctx, "INSERT INTO meta (key, value) VALUES ('epoch', ?) ON CONFLICT DO NOTHING", s.now().Unix())
	return err
}

// Close waits for the writer and closes the file.
func (s *Store) Close() error {
	s.turn <- struct{}{}
	defer func() { <-s.turn }()
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, m := range []map[string]*sql.Stmt{s.prepared, s.reading} {
		for q, st := range m {
			errs = append(errs, st.Close())
			delete(m, q)
		}
	}
	if s.r != nil {
		errs = append(errs, s.r.Close())
	}
	if s.w != nil {
		if err := s.w.Close(); !errors.Is(err, sql.ErrConnDone) {
			errs = append(errs, err)
		}
	}
	if s.wdb != nil {
		errs = append(errs, s.wdb.Close())
	}
	return errors.Join(errs...)
}

// Tx is one transaction of the writer. It is valid within its [Store.Update] alone, in one goroutine.
type Tx struct {
	ctx context.Context
	s   *Store
}

// Update runs fn in one transaction: when it returns nil all is on disk, else nothing is kept. Transactions wait for each
// other, so fn should be short; it must not call the store's own writing methods, which would wait for ever.
func (s *Store) Update(ctx context.Context, fn func(*Tx) error) (err error) {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-s.turn }()
	tx := &Tx{ctx, s}
	if err := tx.exec("BEGIN IMMEDIATE"); err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	tx.ctx = ctx
	done := false
	defer func() {
		if !done { // an error or a panic of fn; an interrupted statement may have ended the transaction by itself
			_, _ = s.w.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		}
	}()
	if err := fn(tx); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	tx.ctx = context.WithoutCancel(ctx) // a commit under way is not to be left in doubt
	if err := tx.exec("COMMIT"); err != nil {
		return fmt.Errorf("committing: %w", err)
	}
	done = true
	return nil
}

func (t *Tx) stmt(query string) (*sql.Stmt, error) {
	if st, ok := t.s.prepared[query]; ok {
		return st, nil
	}
	if t.s.w == nil {
		return nil, sql.ErrConnDone
	}
	st, err := t.s.w.PrepareContext(t.ctx, query)
	if err == nil {
		t.s.prepared[query] = st
	}
	return st, err
}

func (t *Tx) exec(query string, args ...any) error {
	_, err := t.change(query, args...)
	return err
}

// change returns how many rows the query changed.
func (t *Tx) change(query string, args ...any) (int64, error) {
	st, err := t.stmt(query) //nolint:sqlclosecheck // kept until Close
	if err != nil {
		return 0, err
	}
	r, err := st.ExecContext(t.ctx, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func (t *Tx) row(query string, args []any, dest ...any) (bool, error) {
	st, err := t.stmt(query) //nolint:sqlclosecheck // kept until Close
	if err != nil {
		return false, err
	}
	return found(st.QueryRowContext(t.ctx, args...).Scan(dest...))
}

func found(err error) (bool, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// statement prepares a query on the readers once.
func (s *Store) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	s.mu.RLock()
	st, ok := s.reading[query]
	s.mu.RUnlock()
	if ok {
		return st, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if st, ok := s.reading[query]; ok {
		return st, nil
	}
	st, err := s.r.PrepareContext(ctx, query) //nolint:sqlclosecheck // kept until Close
	if err == nil {
		s.reading[query] = st
	}
	return st, err
}

func (s *Store) row(ctx context.Context, query string, args []any, dest ...any) (bool, error) {
	st, err := s.statement(ctx, query) //nolint:sqlclosecheck // kept until Close
	if err != nil {
		return false, err
	}
	return found(st.QueryRowContext(ctx, args...).Scan(dest...))
}

// each calls fn for every row of the query.
func (s *Store) each(ctx context.Context, query string, args []any, fn func(*sql.Rows) error) error {
	st, err := s.statement(ctx, query) //nolint:sqlclosecheck // kept until Close
	if err != nil {
		return err
	}
	rows, err := st.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // its error is that of rows.Err
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Check reads the whole file and says what is damaged.
func (s *Store) Check(ctx context.Context) error {
	return s.each(ctx, "PRAGMA integrity_check(10)", nil, func(r *sql.Rows) error {
		var text string
		if err := r.Scan(&text); err != nil || text == "ok" {
			return err
		}
		return &entente.Error{Kind: entente.Malformed, Source: s.path, Offset: -1, Reason: text, Next: "restore a backup"}
	})
}

// Backup writes a whole and compact copy as of now to a file that is not there yet. A node that starts from one must
// call [Store.Renew] before it sends.
func (s *Store) Backup(ctx context.Context, path string) error {
	db, err := sql.Open("sqlite", dsn(s.path, 1<<20, false)) // a reader may not write, not even elsewhere
	if err == nil {
		_, err = db.ExecContext(ctx, "VACUUM INTO ?", path)
		err = errors.Join(err, db.Close())
	}
	if err != nil {
		return fmt.Errorf("backing up to %s: %w", path, err)
	}
	return nil
}
