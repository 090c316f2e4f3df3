package node

import (
	"context"
	"fmt"

	"entente"
	"entente/alert"
	"entente/keys"
	"entente/record"
	"entente/release"
	"entente/web"
)

// openAlerts restores the alert desk.
func (n *Node) openAlerts(ctx context.Context) error {
	n.alerts = &alertRoom{desk: alert.New(alert.Config{Origin: n.config.Member}), now: n.now,
		keep: func(ctx context.Context, a entente.Alert) error { return n.store.PutAlerts(ctx, a) },
		release: func(ctx context.Context, a entente.Alert) {
			if scopeOf(a.Condition.Rule) != scopeSettings { // of this node's own files: no partner's business
				n.releaseAlert(ctx, a)
			}
		}, sign: n.signAct, store: n.store, foreign: map[entente.MemberID]map[string]entente.Alert{},
		changed: func() { n.touch(web.TopicAlerts) }}
	open, err := n.store.OpenAlerts(ctx)
	if err != nil {
		return fmt.Errorf("reading alerts: %w", err)
	}
	byScope := map[string][]entente.Alert{}
	for _, a := range open {
		scope := scopeOf(a.Condition.Rule)
		byScope[scope] = append(byScope[scope], a)
	}
	for scope, alerts := range byScope {
		n.alerts.desk.Restore(scope, alerts)
	}
	return n.alerts.restore(ctx)
}

// announce tells partners, at the start, what a crash may have kept from them.
func (n *Node) announce(ctx context.Context) {
	n.assembly.announce(ctx)
	for _, a := range n.alerts.desk.List(alert.Filter{States: []entente.AlertState{entente.Raised, entente.Acknowledged}}) {
		n.alerts.release(ctx, a)
	}
}

// tell does again what announce does at the start, after the policy or the partners changed.
func (n *Node) tell(ctx context.Context) {
	n.rejudge()
	n.announce(ctx)
}

// restoredGap is how many numbers are left out after a backup was restored: partners may hold acts made since it, and
// refuse another under the same number.
const restoredGap = 10_000

// openCouncil opens every body's log, folds its state and makes the witness.
func (n *Node) openCouncil(ctx context.Context) error {
	c := &n.config
	a := &assembly{self: c.Member, org: c.Organisation, identity: c.Identity, roster: c.Roster, partners: n.partners,
		now: n.now, chambers: map[string]*chamber{}, sequencer: c.Sequencer,
		changed: func() { n.touch(web.TopicCouncil); n.touch(web.TopicRecord) },
		fault:   func(err error) { n.fail("council", err) },
		send: func(ctx context.Context, to entente.MemberID, stream, typ string, payload any) error {
			return n.send(ctx, release.Council, to, stream, typ, payload)
		}}
	n.assembly = a
	if a.sequencer == "" {
		for _, b := range c.Organisation.Bodies {
			a.sequencer, _ = c.Organisation.Chair(b.ID, c.Organisation.AsOf)
			break
		}
	}
	seq, prev, err := n.store.LastAct(ctx, c.Member)
	if err != nil {
		return fmt.Errorf("reading own acts: %w", err)
	}
	if c.Restored {
		seq += restoredGap
	}
	a.signer = actSigner{identity: c.Identity, seq: seq, prev: prev, keep: func(ctx context.Context, s entente.SignedAct, _ entente.Act) error {
		_, err := n.store.PutAct(ctx, s)
		return err
	}}
	logs, err := a.openLogs(ctx, n)
	if err != nil {
		return err
	}
	a.models = &readModels{store: n.store, now: n.now}
	if err := a.models.rebuild(ctx, a); err != nil {
		return err
	}
	return a.openWitness(logs, n)
}

// openLogs opens the log of every body and returns their keys.
func (a *assembly) openLogs(ctx context.Context, n *Node) ([]record.Key, error) {
	nodes := a.roster.Nodes(a.sequencer, n.config.Clock())
	if len(nodes) == 0 {
		return nil, &entente.Error{Kind: entente.NotFound, Source: "roster", Offset: -1,
			Reason: fmt.Sprintf("no node of %s, which sequences the bodies, is known", a.sequencer), Next: "add its member file"}
	}
	witnesses, err := a.witnessKeys(n)
	if err != nil {
		return nil, err
	}
	var logs []record.Key
	for _, b := range a.org.Bodies {
		key, err := record.LogKeyOf(nodes[0], a.origin(b.ID))
		if err != nil {
			return nil, err
		}
		policy, err := record.NewPolicy(key, witnesses, quorumOf(len(witnesses)))
		if err != nil {
			return nil, err
		}
		storage := logStorage{n.store.Log(b.ID)}
		cfg := record.Config{Key: key, Storage: storage, Policy: policy}
		if a.sequencer == a.self {
			if cfg.Signer, err = a.identity.Signer(keys.Log); err != nil {
				return nil, err
			}
		}
		log, err := record.Open(ctx, cfg)
		if err != nil {
			return nil, fmt.Errorf("opening the record of %s: %w; it goes on under the key with which the node of %s began it alone", b.ID, err, a.sequencer)
		}
		if a.chambers[b.ID], err = newChamber(ctx, b.ID, a.org, a.roster, log, storage); err != nil {
			return nil, err
		}
		a.chambers[b.ID].policy = policy
		logs = append(logs, key)
	}
	return logs, nil
}

// witnessKeys are those of every member that the node knows, itself included.
func (a *assembly) witnessKeys(n *Node) (list []record.Key, err error) {
	for _, m := range a.org.Members {
		nodes := a.roster.Nodes(m.ID, n.config.Clock())
		if len(nodes) == 0 {
			continue
		}
		k, err := record.WitnessKeyOf(nodes[0])
		if err != nil {
			return nil, err
		}
		list = append(list, k)
	}
	return list, nil
}

// quorumOf is the least number of witnesses of n such that two halves cannot both have it though one member plays both
// ways: more than (n + 1) / 2.
func quorumOf(n int) int { return min((n+1)/2+1, n) }

func (a *assembly) openWitness(logs []record.Key, n *Node) error {
	key, err := record.WitnessKeyOf(a.identity.Certificate())
	if err != nil {
		return err
	}
	signer, err := a.identity.Signer(keys.Witness)
	if err != nil {
		return err
	}
	a.witness, err = record.NewWitness(record.WitnessConfig{Key: key, Signer: signer, Logs: logs,
		Storage: witnessStorage{n.store.Witness()}, Clock: n.config.Clock})
	return err
}

// signAct signs and keeps an act that stays in the member's own log.
func (n *Node) signAct(ctx context.Context, kind, person string, data any) error {
	_, _, err := n.signed(ctx, kind, person, data)
	return err
}

func (n *Node) signed(ctx context.Context, kind, person string, data any) (entente.SignedAct, entente.Act, error) {
	b, err := marshal(data)
	if err != nil {
		return entente.SignedAct{}, entente.Act{}, err
	}
	return n.assembly.signer.sign(ctx, entente.Act{Kind: kind, Member: n.config.Member, Person: person, Time: n.now(), Data: b})
}
