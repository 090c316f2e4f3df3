package node

import (
	"context"
	"slices"

	"entente"
	"entente/watch"
)

// Reports are at most limit reports, newest first, without their original bytes.
func (n *Node) Reports(limit int) []entente.Report {
	r := n.reading
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []entente.Report
	for i := len(r.readings) - 1; i >= 0 && len(out) < limit; i-- {
		out = append(out, r.readings[i].Report)
	}
	return out
}

// Report is one report, without its original bytes.
func (n *Node) Report(id string) (entente.Report, bool) {
	r := n.reading
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, rd := range r.readings {
		if rd.Report.ID == id {
			return rd.Report, true
		}
	}
	return entente.Report{}, false
}

// Proposals are those of a report in the order of its text; with an empty report, all that wait for a person.
func (n *Node) Proposals(report string) (out []entente.Proposal) {
	r := n.reading
	r.mu.Lock()
	defer r.mu.Unlock()
	if report == "" {
		return r.desk.Pending()
	}
	for _, rd := range r.readings {
		if rd.Report.ID != report {
			continue
		}
		for _, p := range rd.Proposals {
			if now, ok := r.desk.Proposal(p.ID); ok {
				out = append(out, now)
			}
		}
	}
	return out
}

// AcceptProposal has the person confirm the proposal, as it is or as corrected.
func (n *Node) AcceptProposal(ctx context.Context, person, id string, corrected *entente.Event, note string) error {
	return n.reading.decide(ctx, func(d *watch.Desk) (entente.Act, error) {
		if corrected != nil {
			return d.Correct(id, *corrected, n.config.Member, person, n.now(), note)
		}
		return d.Accept(id, n.config.Member, person, n.now(), note)
	})
}

// RejectProposal has the person refuse it.
func (n *Node) RejectProposal(ctx context.Context, person, id, note string) error {
	return n.reading.decide(ctx, func(d *watch.Desk) (entente.Act, error) {
		return d.Reject(id, n.config.Member, person, n.now(), note)
	})
}

// Events are at most limit confirmed events, the latest confirmed first.
func (n *Node) Events(limit int) []entente.ConfirmedEvent {
	n.reading.mu.Lock()
	out := n.reading.desk.Events()
	n.reading.mu.Unlock()
	slices.Reverse(out)
	return out[:min(len(out), limit)]
}

// Read takes a source into the watch: the report is kept, its proposals wait for a person.
func (n *Node) Read(ctx context.Context, src watch.Source, published entente.Instant) error {
	readings, err := n.reading.reader.ReadAll(src, published)
	for _, rd := range readings {
		if kerr := n.reading.add(ctx, rd); kerr != nil {
			return kerr
		}
	}
	return err
}
