package keys

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"time"

	"entente"
)

// ServerName is the DNS name in the certificate of a node's link, made from its signing key's fingerprint.
func (c Certificate) ServerName() string { return c.Fingerprint()[:32] + ".entente" }

// makeCA makes the node's self-signed authority; the same key and certificate give the same bytes.
func makeCA(key ed25519.PrivateKey, c Certificate) ([]byte, error) {
	t := &x509.Certificate{
		SerialNumber:          new(big.Int).SetUint64(c.Serial),
		Subject:               pkix.Name{CommonName: string(c.Member) + " " + c.Name},
		NotBefore:             c.From.Time(),
		NotAfter:              c.Until.Time(),
		KeyUsage:              x509.KeyUsageCertSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,
	}
	der, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("making the node's TLS authority: %w", err)
	}
	return der, nil
}

func checkCA(c Certificate) error {
	ca, err := x509.ParseCertificate(c.CA)
	if err != nil {
		return fmt.Errorf("its TLS authority: %w", err)
	}
	pub, ok := ca.PublicKey.(ed25519.PublicKey)
	if !ok || !bytes.Equal(pub, c.Keys[TLS]) || !ca.IsCA {
		return errors.New("its TLS authority is not of its TLS key")
	}
	return nil
}

// leaf makes the certificate the node shows on links, with a key that lives in memory alone.
func (id *Identity) leaf() (tls.Certificate, error) {
	if id.cert.Role != NodeRole {
		return tls.Certificate{}, refusal(entente.Refused, "link", "a person has no links", "use the node's key file")
	}
	ca, err := x509.ParseCertificate(id.cert.CA)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("reading the node's TLS authority: %w", err)
	}
	pub, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("making a TLS key: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("making a TLS key: %w", err)
	}
	t := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: string(id.cert.Member) + " " + id.cert.Name},
		DNSNames:     []string{id.cert.ServerName()},
		NotBefore:    id.cert.From.Time(),
		NotAfter:     id.cert.Until.Time(),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, t, ca, pub, id.keys[TLS])
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("making a TLS certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

// ServerTLS returns settings for the node's listener: TLS 1.3, clients only from nodes of these partners that the roster
// holds valid at the moment of the handshake.
func (id *Identity) ServerTLS(r *Roster, partners []entente.MemberID) (*tls.Config, error) {
	leaf, err := id.leaf()
	if err != nil {
		return nil, err
	}
	base := &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{leaf},
		ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: x509.NewCertPool(), SessionTicketsDisabled: true}
	cfg := base.Clone()
	cfg.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
		c := base.Clone()
		c.ClientCAs = r.pool(partners, time.Now())
		return c, nil
	}
	return cfg, nil
}

// ClientTLS returns settings to dial a partner: TLS 1.3, only the node of this very certificate is accepted. Dial with
// new settings after the roster changed.
func (id *Identity) ClientTLS(partner Certificate) (*tls.Config, error) {
	leaf, err := id.leaf()
	if err != nil {
		return nil, err
	}
	ca, err := x509.ParseCertificate(partner.CA)
	if err != nil {
		return nil, refusal(entente.Malformed, string(partner.Member), "its TLS authority cannot be read", "ask the member for its file again")
	}
	pool := x509.NewCertPool()
	pool.AddCert(ca)
	return &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{leaf}, RootCAs: pool,
		ServerName: partner.ServerName()}, nil
}

func (r *Roster) pool(partners []entente.MemberID, t time.Time) *x509.CertPool {
	pool := x509.NewCertPool()
	for _, m := range partners {
		for _, c := range r.Nodes(m, t) {
			if ca, err := x509.ParseCertificate(c.CA); err == nil {
				pool.AddCert(ca)
			}
		}
	}
	return pool
}

// Peer says which node stands at the other end of a finished TLS handshake, if the roster holds it valid at t.
func (r *Roster) Peer(s *tls.ConnectionState, t time.Time) (Certificate, error) {
	unknown := refusal(entente.Unauthorised, "link", "the other end's certificate is not of a pinned node", "ask the member for its file")
	if s == nil || len(s.VerifiedChains) == 0 {
		return Certificate{}, unknown
	}
	chain := s.VerifiedChains[0]
	ca := chain[len(chain)-1].Raw
	for _, j := range r.Members() {
		for _, c := range r.Nodes(j.Member, t) {
			if bytes.Equal(c.CA, ca) {
				return c, nil
			}
		}
	}
	return Certificate{}, unknown
}
