package exchange

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"entente"
	"entente/keys"
)

// envelopeContext is in every signature, so that it can stand nowhere else.
const envelopeContext = "entente envelope v1"

const (
	envelopeVersion = 1
	kindItem        = 1
	kindLive        = 2
	signatureSize   = 64
)

var envelopeMagic = [3]byte{'E', 'N', 'T'}

// envelope is the signed form of all that passes between nodes; the bytes are laid out in docs/exchange.md. The byte
// slices point into the message.
type envelope struct {
	kind     byte
	key      [32]byte // fingerprint of the signing node key
	origin   []byte
	audience []byte
	stream   []byte
	epoch    uint64
	seq      uint64
	prev     [32]byte
	created  entente.Instant
	expires  entente.Instant
	label    []byte
	typ      []byte
	payload  []byte
	signed   []byte // all before the signature
	sig      []byte
}

// header is what seal puts around a payload.
type header struct {
	kind    byte
	to      entente.MemberID
	stream  string
	pos     Position
	created entente.Instant
	expires entente.Instant
	typ     string
}

// seal appends a signed envelope to b; label is in the form of appendLabel.
func seal(b []byte, id *keys.Identity, h header, label, payload []byte) ([]byte, error) {
	if len(h.stream) > 255 || len(h.typ) > 255 || len(h.to) > 255 || len(label) > 0xFFFF {
		return b, fmt.Errorf("sealing for %s: stream, type or label is too long", h.to)
	}
	from := len(b)
	b = append(b, envelopeMagic[0], envelopeMagic[1], envelopeMagic[2], envelopeVersion, h.kind)
	var fp [32]byte
	if _, err := hex.Decode(fp[:], []byte(id.Fingerprint())); err != nil {
		return b, fmt.Errorf("sealing for %s: %w", h.to, err)
	}
	b = append(b, fp[:]...)
	b = appendText(appendText(appendText(b, string(id.Member())), string(h.to)), h.stream)
	b = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(b, h.pos.Epoch), h.pos.Seq)
	b = append(b, h.pos.Prev[:]...)
	b = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(b, uint64(h.created)), uint64(h.expires))
	b = append(binary.BigEndian.AppendUint16(b, uint16(len(label))), label...)
	b = appendText(b, h.typ)
	b = append(binary.BigEndian.AppendUint32(b, uint32(len(payload))), payload...)
	sig, err := id.Sign(envelopeContext, b[from:])
	if err != nil {
		return b, fmt.Errorf("sealing for %s: %w", h.to, err)
	}
	return append(b, sig...), nil
}

// parse reads an envelope without judging it.
func parse(raw []byte) (envelope, *refusal) {
	var e envelope
	if len(raw) < 4 || [3]byte(raw) != envelopeMagic {
		return e, refuse(Malformed, "%d bytes that are no envelope", len(raw))
	}
	if raw[3] != envelopeVersion {
		return e, refuse(UnknownVersion, "an envelope of version %d; we read %d", raw[3], envelopeVersion)
	}
	r := byteReader{b: raw, at: 4}
	e.kind, e.key = r.u8(), r.hash()
	e.origin, e.audience, e.stream = r.text(), r.text(), r.text()
	e.epoch, e.seq, e.prev = r.u64(), r.u64(), r.hash()
	e.created, e.expires = entente.Instant(r.u64()), entente.Instant(r.u64())
	e.label = r.take(int(r.u16()))
	e.typ = r.text()
	e.payload = r.take(int(r.u32()))
	if r.short {
		return e, refuse(Malformed, "an envelope cut short at byte %d", len(raw))
	}
	if r.rest() == 0 {
		return e, refuse(Unsigned, "an envelope without a signature")
	}
	e.signed = raw[:r.at]
	e.sig = r.take(signatureSize)
	if r.short || r.rest() > 0 {
		return e, refuse(Malformed, "an envelope with %d bytes after its payload, want %d", len(raw)-len(e.signed), signatureSize)
	}
	if e.seq == 0 || e.kind != kindItem && e.kind != kindLive {
		return e, refuse(Malformed, "an envelope of kind %d and number %d", e.kind, e.seq)
	}
	return e, nil
}

// verify checks that a node of the member signed, with a key in use now.
func (e *envelope) verify(r *keys.Roster, member entente.MemberID, now entente.Instant) *refusal {
	if [signatureSize]byte(e.sig) == [signatureSize]byte{} {
		return refuse(Unsigned, "an envelope with an empty signature")
	}
	fp := hex.EncodeToString(e.key[:])
	if c, ok := r.Find(fp); !ok || c.Member != member {
		return refuse(Unsigned, "an envelope signed with %.16s…, which is no key of %s in the roster", fp, member)
	}
	if err := r.VerifyNode(member, fp, envelopeContext, e.signed, e.sig, now); err != nil {
		return refuse(BadSignature, "%v", err)
	}
	return nil
}

// item makes what is handed on; raw is what e was parsed from.
func (e *envelope) item(raw []byte) (Item, *refusal) {
	l, err := readLabel(e.label)
	if err != nil {
		return Item{}, err
	}
	return Item{From: entente.MemberID(e.origin), To: entente.MemberID(e.audience), Stream: string(e.stream),
		Epoch: e.epoch, Seq: e.seq, Created: e.created, Expires: e.expires, Label: l, Type: string(e.typ),
		Payload: e.payload, Raw: raw, Hash: sha256.Sum256(raw)}, nil
}

// Reopen reads a stored [Item.Raw] and checks its signature with a key that was in use when it was made. It says
// nothing of sequence or expiry.
func Reopen(r *keys.Roster, raw []byte) (Item, error) {
	e, ref := parse(raw)
	if ref == nil {
		ref = e.verify(r, entente.MemberID(e.origin), e.created)
	}
	if ref != nil {
		return Item{}, ref.asError(string(e.origin))
	}
	it, ref := e.item(raw)
	if ref != nil {
		return Item{}, ref.asError(string(e.origin))
	}
	return it, nil
}

var kinds = map[Reason]entente.ErrorKind{Unsigned: entente.Unauthorised, BadSignature: entente.Unauthorised,
	Malformed: entente.Malformed, UnknownVersion: entente.Unsupported, TooLarge: entente.TooLarge}

func (r *refusal) asError(source string) error {
	kind, ok := kinds[r.reason]
	if !ok {
		kind = entente.Refused
	}
	return &entente.Error{Kind: kind, Source: source, Offset: -1, Reason: r.Error()}
}
