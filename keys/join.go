package keys

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"

	"entente"
)

// Join is what a member gives its partners: the file of `entente member add`. Its root key is believed only after two
// people have compared [PublicKey.Fingerprint] over another channel; all else hangs on that key.
type Join struct {
	Member       entente.MemberID    `json:"member"`
	Name         string              `json:"name"`
	Root         PublicKey           `json:"root"`
	Address      string              `json:"address,omitempty"` // host:port where its node takes links
	Certificates []SignedCertificate `json:"certificates"`
	Revocations  []SignedRevocation  `json:"revocations,omitempty"`
}

// Join returns the public material of this node, for partners; more certificates (of persons) and revocations may be
// appended before [Identity.Export].
func (id *Identity) Join(address string) Join {
	return Join{Member: id.cert.Member, Name: id.state, Root: id.root, Address: address, Certificates: []SignedCertificate{id.signed}}
}

const signatureLine = "signature "

// Export writes the join file: a header line, JSON, and a last line with this node's signature over all before it.
func (id *Identity) Export(j Join) ([]byte, error) {
	if id.cert.Role != NodeRole || j.Member != id.cert.Member {
		return nil, refusal(entente.Refused, "member file", "only the member's node exports it", "use the node's key file")
	}
	b, err := encodeFile(joinHeader, j)
	if err != nil {
		return nil, err
	}
	sig, err := id.Sign(ContextJoin, b)
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(b, "%s%s %s\n", signatureLine, id.Fingerprint(), base64.StdEncoding.EncodeToString(sig)), nil
}

// Import reads a join file and checks every signature in it. The caller then has the root's fingerprint compared by
// voice and gives the result to [Roster.Add].
func Import(file []byte) (Join, error) {
	const source = "member file"
	var j Join
	if len(file) > maxFile {
		return j, refusal(entente.TooLarge, source, fmt.Sprintf("more than %d bytes", maxFile), "")
	}
	at := bytes.LastIndex(bytes.TrimRight(file, "\n"), []byte("\n"+signatureLine))
	if at < 0 {
		return j, refusal(entente.Malformed, source, "its signature line is missing", "ask the member for the whole file")
	}
	body, line := file[:at+1], strings.Fields(string(file[at+1:]))
	if err := decodeFile(source, body, &j, joinHeader); err != nil {
		return Join{}, err
	}
	r := NewRoster()
	if err := r.Add(j); err != nil {
		return Join{}, err
	}
	if len(line) != 3 {
		return Join{}, refusal(entente.Malformed, source, "its signature line is broken", "ask the member for the whole file")
	}
	sig, err := base64.StdEncoding.DecodeString(line[2])
	c, found := r.Find(line[1])
	if err != nil || !found || c.Role != NodeRole || verify(c.Keys[Signing], ContextJoin, body, sig) != nil {
		return Join{}, refusal(entente.Unauthorised, source, "its signature does not fit", "the file was altered; ask the member for it again")
	}
	return j, nil
}
