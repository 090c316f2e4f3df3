package record

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	proofHeader = "c2sp.org/tlog-proof@v1"
	maxProof    = 256 << 10
)

// Proof is the bundle of one entry: a C2SP tlog-proof whose extra data is the entry itself. File suffix: .tlog-proof.
type Proof struct {
	Entry      []byte
	Index      int64
	Hashes     []Hash // from the entry's sibling to the root's child
	Checkpoint []byte // signed head with cosignatures
}

// Bytes writes the bundle.
func (p Proof) Bytes() []byte {
	b := fmt.Appendf(nil, "%s\nextra %s\nindex %d\n", proofHeader, base64.StdEncoding.EncodeToString(p.Entry), p.Index)
	for _, h := range p.Hashes {
		b = fmt.Appendf(b, "%s\n", base64.StdEncoding.EncodeToString(h[:]))
	}
	return append(append(b, '\n'), p.Checkpoint...)
}

// ParseProof reads a bundle without judging it.
func ParseProof(b []byte) (Proof, error) {
	var p Proof
	if len(b) > maxProof {
		return p, refuse(Malformed, "a proof of %d bytes, at most %d", len(b), maxProof)
	}
	top, checkpoint, ok := bytes.Cut(b, []byte("\n\n"))
	lines := strings.Split(string(top), "\n")
	if !ok || lines[0] != proofHeader {
		return p, refuse(Malformed, "the first line must be %q, and a blank line must come before the checkpoint", proofHeader)
	}
	lines = lines[1:]
	if len(lines) > 0 && strings.HasPrefix(lines[0], "extra ") {
		entry, err := base64.StdEncoding.Strict().DecodeString(lines[0][len("extra "):])
		if err != nil {
			return p, refuse(Malformed, "the extra line: %v", err)
		}
		p.Entry, lines = entry, lines[1:]
	}
	if len(lines) == 0 || !strings.HasPrefix(lines[0], "index ") {
		return p, refuse(Malformed, "the index line is missing")
	}
	text := lines[0][len("index "):]
	index, err := strconv.ParseInt(text, 10, 64)
	if err != nil || index < 0 || strconv.FormatInt(index, 10) != text {
		return p, refuse(Malformed, "index %.32q", text)
	}
	p.Index, p.Checkpoint = index, checkpoint
	if len(lines) > 64 {
		return p, refuse(Malformed, "more than 63 hashes")
	}
	for _, l := range lines[1:] {
		h, err := base64.StdEncoding.Strict().DecodeString(l)
		if err != nil || len(h) != len(Hash{}) {
			return p, refuse(Malformed, "the hash line %.64q", l)
		}
		p.Hashes = append(p.Hashes, Hash(h))
	}
	return p, nil
}

// Verify judges a bundle offline: the head is signed by a log of the policy and cosigned by its quorum, and the entry
// stands in it at the index. The result is filled as far as it went also with an error.
func Verify(bundle []byte, policy *Policy) (Result, error) {
	p, err := ParseProof(bundle)
	if err != nil {
		return Result{}, err
	}
	r, err := policy.Check(p.Checkpoint)
	if r.Origin == "" {
		return r, err
	}
	list := make(tlog.RecordProof, len(p.Hashes))
	for i, h := range p.Hashes {
		list[i] = h
	}
	r.Index = p.Index
	if e := tlog.CheckRecord(list, r.Size, r.Root, p.Index, tlog.RecordHash(p.Entry)); e != nil {
		return r, refuse(NotIncluded, "entry %d of %s: %v", p.Index, r.Origin, e)
	}
	r.Entry = p.Entry
	return r, err
}
