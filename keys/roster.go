package keys

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"sync"
	"time"

	"entente"
)

// Roster is the pinned public material of the members a node knows, its own included. Safe for concurrent use.
type Roster struct {
	mu      sync.RWMutex // guards what is below
	members map[entente.MemberID]Join
	holders map[string]*holder // by fingerprint of the signing key
	version uint64
}

// holder is one certified key with what has been revoked of it.
type holder struct {
	cert    Certificate
	revoked []Revocation
}

// NewRoster returns an empty roster.
func NewRoster() *Roster {
	return &Roster{members: map[entente.MemberID]Join{}, holders: map[string]*holder{}}
}

type rosterFile struct {
	Members []Join `json:"members"`
}

// LoadRoster reads a roster file; one that does not exist is an empty roster.
func LoadRoster(path string) (*Roster, error) {
	r := NewRoster()
	b, err := readFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return r, nil
	}
	if err != nil {
		return nil, err
	}
	var f rosterFile
	if err := decodeFile(path, b, &f, rosterHeader); err != nil {
		return nil, err
	}
	for _, j := range f.Members {
		if err := r.Add(j); err != nil {
			return nil, fmt.Errorf("reading %s: %w", path, err)
		}
	}
	return r, nil
}

// Save writes the roster, whole or not at all.
func (r *Roster) Save(path string) error {
	b, err := encodeFile(rosterHeader, rosterFile{r.Members()})
	if err != nil {
		return err
	}
	return replace(path, b, 0o600)
}

// Add pins a member, or adds new certificates and revocations of one already pinned under the same root. All of j is
// checked first; on an error nothing changes.
func (r *Roster) Add(j Join) error {
	if err := checkMember(j.Member); err != nil {
		return err
	}
	if len(j.Certificates) > 4096 || len(j.Revocations) > 4096 {
		return refusal(entente.TooLarge, string(j.Member), "more than 4096 certificates or revocations", "")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	old, known := r.members[j.Member]
	if known && !bytes.Equal(old.Root, j.Root) {
		return refusal(entente.Refused, string(j.Member), "another root key is pinned for this member",
			"compare fingerprints in person, then remove the member and add it again")
	}
	next := r.copyLocked()
	merged := old
	if !known {
		merged = Join{Member: j.Member, Root: j.Root}
	}
	merged.Name, merged.Address = j.Name, j.Address
	if err := next.addCertificates(&merged, j.Certificates); err != nil {
		return err
	}
	if err := next.addRevocations(&merged, j.Revocations); err != nil {
		return err
	}
	next.members[j.Member] = merged
	r.members, r.holders, r.version = next.members, next.holders, r.version+1
	return nil
}

func (r *Roster) copyLocked() *Roster {
	next := &Roster{members: maps.Clone(r.members), holders: make(map[string]*holder, len(r.holders))}
	for k, h := range r.holders {
		next.holders[k] = &holder{h.cert, slices.Clone(h.revoked)}
	}
	return next
}

// addCertificates takes nodes before persons, as a node may certify persons.
func (r *Roster) addCertificates(m *Join, certs []SignedCertificate) error {
	m.Certificates = slices.Clone(m.Certificates)
	for _, role := range []Role{NodeRole, PersonRole} {
		for _, s := range certs {
			c, err := s.Read()
			if err != nil {
				return err
			}
			if c.Role != role {
				continue
			}
			if err := r.addCertificate(m, s, c); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *Roster) addCertificate(m *Join, s SignedCertificate, c Certificate) error {
	source := fmt.Sprintf("certificate of %s %s", c.Member, c.Name)
	if c.Member != m.Member {
		return refusal(entente.Unauthorised, source, "it stands in the file of "+string(m.Member), "")
	}
	known := r.holders[c.Fingerprint()]
	if known != nil && known.cert.Member != c.Member {
		return refusal(entente.Unauthorised, source, "its key belongs to "+string(known.cert.Member), "")
	}
	if slices.ContainsFunc(m.Certificates, func(o SignedCertificate) bool { return o.Body == s.Body }) {
		return nil
	}
	if err := s.verifyBy(m.Root); err != nil {
		node := r.holders[s.Key]
		if c.Role != PersonRole || node == nil || node.cert.Member != m.Member || node.cert.Role != NodeRole ||
			len(node.revoked) > 0 || !node.cert.ValidAt(c.From) || s.verifyBy(node.cert.Keys[Signing]) != nil {
			return refusal(entente.Unauthorised, source, "it is not signed by the member's root or, for a person, its node",
				"ask the member for its file again")
		}
	}
	m.Certificates = append(m.Certificates, s)
	if known == nil {
		r.holders[c.Fingerprint()] = &holder{cert: c}
	} else if c.Serial > known.cert.Serial {
		known.cert = c
	}
	return nil
}

func (r *Roster) addRevocations(m *Join, list []SignedRevocation) error {
	m.Revocations = slices.Clone(m.Revocations)
	for _, s := range list {
		v, err := s.read()
		if err != nil {
			return err
		}
		if slices.ContainsFunc(m.Revocations, func(o SignedRevocation) bool { return o.Body == s.Body }) {
			continue
		}
		h := r.holders[v.Key]
		if h == nil || h.cert.Member != m.Member || v.Member != m.Member {
			return refusal(entente.NotFound, "revocation", "its key is not one of "+string(m.Member), "add the certificate first")
		}
		if err := r.mayRevoke(m, s, h); err != nil {
			return err
		}
		h.revoked = append(h.revoked, v)
		m.Revocations = append(m.Revocations, s)
	}
	return nil
}

func (r *Roster) mayRevoke(m *Join, s SignedRevocation, target *holder) error {
	if s.Key == m.Root.Fingerprint() && verify(m.Root, ContextRevocation, []byte(s.Body), s.Signature) == nil {
		return nil
	}
	node := r.holders[s.Key]
	if node != nil && node.cert.Member == m.Member && node.cert.Role == NodeRole && len(node.revoked) == 0 &&
		target.cert.Role == PersonRole && verify(node.cert.Keys[Signing], ContextRevocation, []byte(s.Body), s.Signature) == nil {
		return nil
	}
	return refusal(entente.Unauthorised, "revocation", "it is not signed by the member's root or, for a person, its node", "")
}

// Replace takes over all that o holds in place of what r holds, at once, and says whether that changes anything. A member
// whose root stays the same must have in o all revocations that it has here: a roster file from before a revocation is
// refused, and nothing changes.
func (r *Roster) Replace(o *Roster) (changed bool, err error) {
	o.mu.RLock()
	next := o.copyLocked()
	o.mu.RUnlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	for m, old := range r.members {
		now, ok := next.members[m]
		if !ok || !bytes.Equal(old.Root, now.Root) {
			continue
		}
		for _, v := range old.Revocations {
			if !slices.ContainsFunc(now.Revocations, func(w SignedRevocation) bool { return w.Body == v.Body }) {
				return false, refusal(entente.Refused, string(m), "the new roster lacks a revocation of a key of this member",
					"take the newer roster file, or add the member's newest file to it")
			}
		}
	}
	if reflect.DeepEqual(r.members, next.members) {
		return false, nil
	}
	r.members, r.holders, r.version = next.members, next.holders, r.version+1
	return true, nil
}

// Revoke takes one signed revocation of a pinned member.
func (r *Roster) Revoke(s SignedRevocation) error {
	v, err := s.read()
	if err != nil {
		return err
	}
	j, ok := r.Member(v.Member)
	if !ok {
		return refusal(entente.NotFound, "revocation", fmt.Sprintf("%q is not in the roster", v.Member), "add the member first")
	}
	j.Certificates, j.Revocations = nil, []SignedRevocation{s}
	return r.Add(j)
}

// Remove forgets a member and all its keys.
func (r *Roster) Remove(m entente.MemberID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.members, m)
	maps.DeleteFunc(r.holders, func(_ string, h *holder) bool { return h.cert.Member == m })
	r.version++
}

// Member returns a member's material.
func (r *Roster) Member(m entente.MemberID) (Join, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	j, ok := r.members[m]
	return j, ok
}

// Members returns all material, by member.
func (r *Roster) Members() []Join {
	r.mu.RLock()
	defer r.mu.RUnlock()
	var all []Join
	for _, m := range slices.Sorted(maps.Keys(r.members)) {
		all = append(all, r.members[m])
	}
	return all
}

// Version grows with every change.
func (r *Roster) Version() uint64 {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.version
}

// Find returns the certificate of a signing key by fingerprint, valid or not.
func (r *Roster) Find(fingerprint string) (Certificate, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	h, ok := r.holders[fingerprint]
	if !ok {
		return Certificate{}, false
	}
	return h.cert, true
}

// Nodes returns the certificates of m's nodes that are valid and not revoked at t, newest first. While keys are being
// rotated there are two.
func (r *Roster) Nodes(m entente.MemberID, t time.Time) []Certificate {
	r.mu.RLock()
	defer r.mu.RUnlock()
	at := entente.At(t)
	var found []Certificate
	for _, h := range r.holders {
		if h.cert.Member == m && h.cert.Role == NodeRole && h.cert.ValidAt(at) && !h.ended(at) {
			found = append(found, h.cert)
		}
	}
	slices.SortFunc(found, func(a, b Certificate) int {
		if a.Serial > b.Serial {
			return -1
		}
		return 1
	})
	return found
}

func (h *holder) ended(t entente.Instant) bool {
	return slices.ContainsFunc(h.revoked, func(v Revocation) bool { return v.ended(t) })
}

// Revoked returns what has been revoked of a key.
func (r *Roster) Revoked(fingerprint string) []Revocation {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if h, ok := r.holders[fingerprint]; ok {
		return slices.Clone(h.revoked)
	}
	return nil
}

// VerifyNode checks that a node of m signed msg for the context with the key of this fingerprint, and that the key is
// in use at t: within its dates and not revoked.
func (r *Roster) VerifyNode(m entente.MemberID, fingerprint, context string, msg, sig []byte, t entente.Instant) error {
	r.mu.RLock()
	h, ok := r.holders[fingerprint]
	bad := ok && (h.cert.Member != m || h.cert.Role != NodeRole || !h.cert.ValidAt(t) || h.ended(t))
	var key PublicKey
	if ok {
		key = h.cert.Keys[Signing]
	}
	r.mu.RUnlock()
	switch {
	case !ok:
		return refusal(entente.Unauthorised, string(m), "the signing key is not in the roster", "ask the member for its file")
	case bad:
		return refusal(entente.Unauthorised, string(m), "the signing key is not a node key of this member in use then", "ask the member for its file")
	}
	if err := verify(key, context, msg, sig); err != nil {
		return refusal(entente.Unauthorised, string(m), err.Error(), "")
	}
	return nil
}
