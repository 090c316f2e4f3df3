package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"entente"
)

// PutAlert keeps the alert as it now stands.
func (t *Tx) PutAlert(a entente.Alert) error {
	b, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("storing alert %s: %w", a.ID, err)
	}
	err = t.exec("INSERT INTO alert (id, state, last_seen, json) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state, last_seen = excluded.last_seen, json = excluded.json",
		a.ID, string(a.State), int64(a.LastSeen), b)
	if err != nil {
		return fmt.Errorf("storing alert %s: %w", a.ID, err)
	}
	return nil
}

// PutAlerts keeps the alerts as they now stand, in one transaction.
func (s *Store) PutAlerts(ctx context.Context, alerts ...entente.Alert) error {
	return s.Update(ctx, func(tx *Tx) error {
		for _, a := range alerts {
			if err := tx.PutAlert(a); err != nil {
				return err
			}
		}
		return nil
	})
}

// OpenAlerts returns the alerts that are not closed, last seen first.
func (s *Store) OpenAlerts(ctx context.Context) ([]entente.Alert, error) {
	return s.alerts(ctx, "SELECT json FROM alert WHERE state <> 'closed' ORDER BY last_seen DESC, id")
}

// Alerts returns at most limit alerts last seen at or after since, latest first, closed ones too.
func (s *Store) Alerts(ctx context.Context, since entente.Instant, limit int) ([]entente.Alert, error) {
	return s.alerts(ctx, "SELECT json FROM alert WHERE last_seen >= ? ORDER BY last_seen DESC, id LIMIT ?", int64(since), limit)
}

func (s *Store) alerts(ctx context.Context, query string, args ...any) (list []entente.Alert, err error) {
	err = s.each(ctx, query, args, func(r *sql.Rows) error {
		var b sql.RawBytes
		var a entente.Alert
		if err := r.Scan(&b); err != nil {
			return err
		}
		if err := json.Unmarshal(b, &a); err != nil {
			return fmt.Errorf("reading an alert: %w", err)
		}
		list = append(list, a)
		return nil
	})
	return list, err
}
