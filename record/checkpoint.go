package record

import (
	"bytes"
	"encoding/base64"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// maxCheckpoint bounds a signed head, in bytes.
const maxCheckpoint = 64 << 10

// Checkpoint is a log's head: C2SP tlog-checkpoint.
type Checkpoint struct {
	Origin string
	Size   int64
	Root   Hash
	Note   []byte // the whole signed note as received
}

func (c Checkpoint) text() string {
	return c.Origin + "\n" + strconv.FormatInt(c.Size, 10) + "\n" + base64.StdEncoding.EncodeToString(c.Root[:]) + "\n"
}

// ParseCheckpoint reads a head without judging its signatures.
func ParseCheckpoint(signed []byte) (Checkpoint, error) {
	if len(signed) > maxCheckpoint {
		return Checkpoint{}, refuse(Malformed, "a checkpoint of %d bytes, at most %d", len(signed), maxCheckpoint)
	}
	text, _, ok := bytes.Cut(signed, []byte("\n\n"))
	if !ok {
		return Checkpoint{}, refuse(Malformed, "a checkpoint without signatures")
	}
	return parseText(string(text)+"\n", signed)
}

func parseText(text string, signed []byte) (Checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[0] == "" || strings.Contains(text, "\n\n") {
		return Checkpoint{}, refuse(Malformed, "a checkpoint needs origin, size and root, each on a line")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return Checkpoint{}, refuse(Malformed, "checkpoint size %q", lines[1])
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != len(Hash{}) {
		return Checkpoint{}, refuse(Malformed, "checkpoint root %q", lines[2])
	}
	return Checkpoint{Origin: lines[0], Size: size, Root: Hash(root), Note: signed}, nil
}

// open checks that the log signed the head and returns it with the valid signatures of the given keys.
func open(signed []byte, log Key, others ...Key) (Checkpoint, []note.Signature, error) {
	c, err := ParseCheckpoint(signed)
	if err != nil {
		return c, nil, err
	}
	if c.Origin != log.Name() {
		return c, nil, refuse(UnknownLog, "the checkpoint is of %q, not of %q", c.Origin, log.Name())
	}
	known := []note.Verifier{log}
	for _, k := range others {
		known = append(known, k)
	}
	n, err := note.Open(signed, note.VerifierList(known...))
	if err != nil {
		return c, nil, refuse(BadSignature, "opening the checkpoint of %s: %v", c.Origin, err)
	}
	if !signedBy(n.Sigs, log) {
		return c, nil, refuse(BadSignature, "the checkpoint is not signed by the log %s", c.Origin)
	}
	c, err = parseText(n.Text, signed)
	return c, n.Sigs, err
}

func signedBy(sigs []note.Signature, k Key) bool {
	for _, s := range sigs {
		if s.Name == k.Name() && s.Hash == k.KeyHash() {
			return true
		}
	}
	return false
}
