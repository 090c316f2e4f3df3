package store

import (
	"context"
	"database/sql"
	"fmt"

	"entente"
)

// Audit is one line of the audit trail: who did what with this node.
type Audit struct {
	Place  int64           `json:"place"` // order, from 1; set when read
	Time   entente.Instant `json:"time"`
	Person string          `json:"person"`
	Action string          `json:"action"` // "policy.change", "export", "sign_in", …
	About  string          `json:"about,omitempty"`
	Detail string          `json:"detail,omitempty"`
}

// Audit adds a line to the audit trail.
func (t *Tx) Audit(a Audit) error {
	err := t.exec("INSERT INTO audit (time, person, action, about, detail) VALUES (?, ?, ?, ?, ?)", int64(a.Time), a.Person, a.Action, a.About, a.Detail)
	if err != nil {
		return fmt.Errorf("writing the audit trail: %w", err)
	}
	return nil
}

// Audit is [Tx.Audit] in a transaction of its own.
func (s *Store) Audit(ctx context.Context, a Audit) error {
	return s.Update(ctx, func(tx *Tx) error { return tx.Audit(a) })
}

// AuditTrail returns at most limit lines, oldest first, from place after+1.
func (s *Store) AuditTrail(ctx context.Context, after int64, limit int) (list []Audit, err error) {
	err = s.each(ctx, "SELECT place, time, person, action, about, detail FROM audit WHERE place > ? ORDER BY place LIMIT ?", []any{after, limit}, func(r *sql.Rows) error {
		var a Audit
		if err := r.Scan(&a.Place, &a.Time, &a.Person, &a.Action, &a.About, &a.Detail); err != nil {
			return err
		}
		list = append(list, a)
		return nil
	})
	return list, err
}
