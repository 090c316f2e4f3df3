package node

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"entente"
	"entente/exchange"
	"entente/record"
	"entente/web"
)

// linkState is a link's state in the page's three words.
func linkState(l exchange.Link) string {
	switch l.State {
	case exchange.Current:
		return "up"
	case exchange.CatchingUp:
		return "resuming"
	default:
		return "down"
	}
}

// RecordStatus is the head of a body's record and who cosigned it.
func (n *Node) RecordStatus(body string) (web.RecordStatus, error) {
	c, err := n.assembly.chamber(body)
	if err != nil {
		return web.RecordStatus{}, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	head := c.log.Head()
	note, err := c.storage.Checkpoint(context.Background(), head.Size)
	if err != nil {
		return web.RecordStatus{}, fmt.Errorf("reading the head of %s: %w", body, err)
	}
	if note == nil {
		note = head.Note
	}
	s := web.RecordStatus{Body: body, Origin: head.Origin, Size: uint64(head.Size), Root: base64.StdEncoding.EncodeToString(head.Root[:]),
		Checkpoint: string(note), Problem: c.problem, Verified: c.problem == "", VerifiedAt: n.now()}
	for _, m := range n.config.Organisation.Members {
		s.Of = append(s.Of, m.ID)
	}
	s.Quorum = quorumOf(len(s.Of))
	if head.Size == 0 {
		return s, nil
	}
	res, err := c.policy.Check(note)
	if res.Origin == "" && err != nil {
		s.Problem, s.Verified = err.Error(), false
	}
	for _, w := range res.Cosigned {
		s.Cosigned = append(s.Cosigned, entente.MemberID(w.Name))
		s.Time = max(s.Time, entente.At(w.Time))
	}
	return s, nil
}

// RecordEntries are entries of a body's record, readable.
func (n *Node) RecordEntries(body string, first, limit int) ([]web.RecordEntry, error) {
	c, err := n.assembly.chamber(body)
	if err != nil {
		return nil, err
	}
	size := c.log.Head().Size
	from := int64(first)
	if from < 0 {
		from = max(0, size+from)
	}
	count := min(int64(limit), size-from)
	if count <= 0 {
		return nil, nil
	}
	raw, err := c.log.Entries(context.Background(), from, count)
	if err != nil {
		return nil, fmt.Errorf("reading the record of %s: %w", body, err)
	}
	out := make([]web.RecordEntry, len(raw))
	for i, b := range raw {
		out[i] = readEntry(uint64(from)+uint64(i), b)
	}
	return out, nil
}

// readEntry makes an entry readable; the log holds only acts that were verified when they were taken.
func readEntry(index uint64, b []byte) web.RecordEntry {
	e := web.RecordEntry{Index: index}
	var s entente.SignedAct
	var a entente.Act
	if json.Unmarshal(b, &s) != nil || json.Unmarshal(s.Bytes, &a) != nil {
		e.Summary = "not readable"
		return e
	}
	e.Act, e.Kind, e.Member, e.Person, e.Time, e.Bytes = s.ID(), a.Kind, a.Member, a.Person, a.Time, string(s.Bytes)
	e.Summary, e.Subject = summary(a)
	return e
}

// Proof is a file that proves one entry without this node.
func (n *Node) Proof(body string, index uint64) ([]byte, error) {
	c, err := n.assembly.chamber(body)
	if err != nil {
		return nil, err
	}
	if index >= uint64(c.log.Head().Size) {
		return nil, missing("entry", fmt.Sprint(index))
	}
	p, err := c.log.Prove(context.Background(), int64(index))
	if err != nil {
		return nil, fmt.Errorf("proving entry %d of %s: %w", index, body, err)
	}
	return p.Bytes(), nil
}

// Policy is the text of RecordPolicy.
func (n *Node) Policy(body string) ([]byte, error) {
	p, err := n.RecordPolicy(body)
	if err != nil {
		return nil, err
	}
	return []byte(p.String()), nil
}

// RecordPolicy is the key file with which proofs of a body's record are verified anywhere: C2SP tlog-policy.
func (n *Node) RecordPolicy(body string) (*record.Policy, error) {
	c, err := n.assembly.chamber(body)
	if err != nil {
		return nil, err
	}
	return c.policy, nil
}
