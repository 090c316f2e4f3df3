package keys

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"entente"
)

// Header lines: the first line of each file says what it is.
const (
	rootHeader   = "entente root key v1"
	nodeHeader   = "entente node key v1"
	personHeader = "entente person key v1"
	joinHeader   = "entente member v1"
	rosterHeader = "entente roster v1"
)

const maxFile = 16 << 20

// rootFile and identityFile are the JSON after the header of private files.
type rootFile struct {
	Member entente.MemberID `json:"member"`
	Name   string           `json:"name"`
	Root   PublicKey        `json:"root"`
	Secret string           `json:"secret"`
}

type identityFile struct {
	Name        string            `json:"name"`
	Root        PublicKey         `json:"root"`
	Certificate SignedCertificate `json:"certificate"`
	Secret      string            `json:"secret"`
}

// Save writes the root key, readable by its owner alone. It never overwrites a file.
func (r *Root) Save(path string) error {
	return saveNew(path, rootHeader, rootFile{r.Member, r.Name, r.Public(), base64.StdEncoding.EncodeToString(r.seed)})
}

// LoadRoot reads a root key; a file that others may read is refused.
func LoadRoot(path string) (*Root, error) {
	var f rootFile
	if err := loadPrivate(path, &f, rootHeader); err != nil {
		return nil, err
	}
	seed, err := base64.StdEncoding.DecodeString(f.Secret)
	if err != nil {
		return nil, refusal(entente.Malformed, path, "the secret is not base64", "restore the file from its copy")
	}
	r, err := rootFromSeed(f.Member, f.Name, seed)
	if err != nil {
		return nil, err
	}
	if r.Public().Fingerprint() != f.Root.Fingerprint() {
		return nil, refusal(entente.Malformed, path, "secret and public key do not belong together", "restore the file from its copy")
	}
	return r, nil
}

// Save writes a node's or person's key file, readable by its owner alone. It never overwrites a file.
func (id *Identity) Save(path string) error {
	header := nodeHeader
	if id.cert.Role == PersonRole {
		header = personHeader
	}
	return saveNew(path, header, identityFile{id.state, id.root, id.signed, base64.StdEncoding.EncodeToString(id.seed)})
}

// LoadIdentity reads a node's or person's key file; a file that others may read is refused.
func LoadIdentity(path string) (*Identity, error) {
	var f identityFile
	if err := loadPrivate(path, &f, nodeHeader, personHeader); err != nil {
		return nil, err
	}
	seed, err := base64.StdEncoding.DecodeString(f.Secret)
	if err != nil {
		return nil, refusal(entente.Malformed, path, "the secret is not base64", "restore the file from its copy")
	}
	c, err := f.Certificate.Read()
	if err != nil {
		return nil, err
	}
	id := &Identity{root: f.Root, state: f.Name, seed: seed, cert: c, signed: f.Certificate}
	if err := id.deriveKeys(c.Role); err != nil {
		return nil, err
	}
	for p, k := range id.publicKeys() {
		if !bytes.Equal(k, c.Keys[p]) {
			return nil, refusal(entente.Malformed, path, fmt.Sprintf("the secret does not fit the certified key for %s", p), "restore the file from its copy")
		}
	}
	return id, nil
}

func encodeFile(header string, v any) ([]byte, error) {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing %s: %w", header, err)
	}
	return append([]byte(header+"\n"), append(b, '\n')...), nil
}

func saveNew(path, header string, v any) error {
	b, err := encodeFile(header, v)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return refusal(entente.Refused, path, "the file exists", "move it away first: a key is never overwritten")
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", header, err)
	}
	return finish(f, b)
}

func finish(f *os.File, b []byte) error {
	_, err := f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("writing %s: %w", f.Name(), err)
	}
	return nil
}

// replace writes path whole or not at all.
func replace(path string, b []byte, mode os.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	defer os.Remove(f.Name()) // gone after the rename
	if err := finish(f, b); err != nil {
		return err
	}
	if err := os.Chmod(f.Name(), mode); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading key file: %w", err)
	}
	defer f.Close() // only read
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("reading key file: %w", err)
	}
	if len(b) > maxFile {
		return nil, refusal(entente.TooLarge, path, fmt.Sprintf("more than %d bytes", maxFile), "")
	}
	return b, nil
}

func loadPrivate(path string, into any, headers ...string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("reading key file: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return refusal(entente.Refused, path, fmt.Sprintf("others may read it (mode %04o)", info.Mode().Perm()), "run chmod 600 on it")
	}
	b, err := readFile(path)
	if err != nil {
		return err
	}
	return decodeFile(path, b, into, headers...)
}

func decodeFile(path string, b []byte, into any, headers ...string) error {
	line, rest, _ := bytes.Cut(b, []byte("\n"))
	for _, h := range headers {
		if string(line) == h {
			if err := strict(rest, into); err != nil {
				return refusal(entente.Malformed, path, err.Error(), "restore the file from its copy")
			}
			return nil
		}
	}
	if len(line) > 80 {
		line = line[:80]
	}
	return refusal(entente.Unsupported, path, fmt.Sprintf("its first line is %q, want %q", line, headers[0]), "check that this is the right file")
}
