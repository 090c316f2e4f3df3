package asterix

import (
	"errors"
	"math"
	"strings"
	"testing"
)

// newTestBuilder returns a builder for the default edition of a category.
func newTestBuilder(t *testing.T, cat uint8) *Builder {
	t.Helper()
	e, err := Get(cat, "")
	if err != nil {
		t.Fatal(err)
	}
	return NewBuilder(e)
}

func TestBuilderRefusesWhatDoesNotFit(t *testing.T) {
	at := func(p string) Handle { return Field(48, p) }
	for _, c := range []struct {
		name string
		set  func(b *Builder)
		want Reason
		item string
	}{
		{"unsigned too large", func(b *Builder) { b.SetUint(at("010/SAC"), 256) }, OutOfRange, "010/SAC"},
		{"range beyond 256 NM", func(b *Builder) { b.SetFloat(at("040/RHO"), 256) }, OutOfRange, "040/RHO"},
		{"range below zero", func(b *Builder) { b.SetFloat(at("040/RHO"), -1) }, OutOfRange, "040/RHO"},
		{"level too high", func(b *Builder) { b.SetFloat(at("090/FL"), 2048) }, OutOfRange, "090/FL"},
		{"level too low", func(b *Builder) { b.SetFloat(at("090/FL"), -2048.25) }, OutOfRange, "090/FL"},
		{"not a number", func(b *Builder) { b.SetFloat(at("040/RHO"), math.NaN()) }, OutOfRange, "040/RHO"},
		{"infinite", func(b *Builder) { b.SetFloat(at("040/RHO"), math.Inf(1)) }, OutOfRange, "040/RHO"},
		{"octal digit 8", func(b *Builder) { b.SetText(at("070/MODE3A"), "7800") }, OutOfRange, "070/MODE3A"},
		{"octal too long", func(b *Builder) { b.SetText(at("070/MODE3A"), "77777") }, OutOfRange, "070/MODE3A"},
		{"callsign too long", func(b *Builder) { b.SetText(at("240"), "TOOLONG99") }, OutOfRange, "240"},
		{"callsign in small letters", func(b *Builder) { b.SetText(at("240"), "bru862") }, OutOfRange, "240"},
		{"address too wide", func(b *Builder) { b.SetText(at("220"), "1FFFFFF") }, OutOfRange, "220"},
		{"text into a number", func(b *Builder) { b.SetText(at("040/RHO"), "12") }, WrongKind, "040/RHO"},
		{"second value of a single field", func(b *Builder) { b.SetUintAt(at("040/RHO"), 1, 1) }, TooLong, "040/RHO"},
		{"repetition 256", func(b *Builder) { b.SetUintAt(at("250/BDS1"), 256, 1) }, TooLong, "250/BDS1"},
		{"other category", func(b *Builder) { b.SetUint(Field(34, "020"), 1) }, NotInEdition, "020"},
		{"path of a newer edition", func(b *Builder) { b.SetUint(at("020/ACASXV"), 1) }, NotInEdition, "020/ACASXV"},
		{"field of nothing", func(b *Builder) { b.SetUint(at("020"), 1) }, NotInEdition, "020"},
		{"octets of the wrong number", func(b *Builder) { b.SetBytes(at("220"), []byte{1, 2}) }, WrongKind, "220"},
		{"expansion too long", func(b *Builder) { b.SetBytes(at("SP"), make([]byte, 255)) }, TooLong, "SP"},
		{"chain without element", func(b *Builder) { b.Mark(at("030")) }, WrongKind, "030"},
		{"nothing", func(*Builder) {}, EmptyFSPEC, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newTestBuilder(t, 48)
			c.set(b)
			dst, err := b.AppendRecord([]byte{9})
			var e *Error
			if !errors.As(err, &e) || e.Reason != c.want || e.Item != c.item || len(dst) != 1 {
				t.Errorf("got %v with %d octets, want %q at %q and none", err, len(dst)-1, c.want, c.item)
			}
			b.Reset()
			b.SetUint(at("010/SAC"), 1)
			if _, err := b.AppendRecord(nil); err != nil {
				t.Errorf("after Reset: %v", err)
			}
		})
	}
}

func TestBuilderRounds(t *testing.T) {
	b := newTestBuilder(t, 48)
	rho := Field(48, "040/RHO")
	for v, want := range map[float64]float64{0: 0, 1: 1, 0.0019: 0, 0.002: 1. / 256, 255.99: 65533. / 256} {
		b.Reset()
		b.SetFloat(rho, v)
		data, err := b.AppendRecord(nil)
		var r Record
		if _, err2 := ParseRecord(b.Edition(), data, &r); err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		if got, _ := r.Float(rho); got != want {
			t.Errorf("set %v, read %v, want %v", v, got, want)
		}
	}
}

// Each record is built by values and printed: the octets by hand, and back.
func TestBuilderGolden(t *testing.T) {
	for _, c := range []struct {
		cat  uint8
		set  func(b *Builder, at func(string) Handle)
		hex  string
		json string
	}{
		{34, func(b *Builder, at func(string) Handle) {
			b.SetUint(at("010/SAC"), 25)
			b.SetUint(at("010/SIC"), 3)
			b.SetUint(at("000"), 2)
			b.SetFloat(at("030"), 1)
			b.SetFloat(at("020"), 90)
			b.SetFloat(at("041"), 4.8)
		}, "f8 1903 02 000080 40 0266", `{"010":{"SAC":25,"SIC":3},"000":2,"030":1,"020":90,"041":4.796875}`},
		{48, func(b *Builder, at func(string) Handle) {
			b.SetUint(at("010/SAC"), 25)
			b.SetUint(at("010/SIC"), 3)
			b.SetText(at("070/MODE3A"), "7700")
			b.SetText(at("220"), "3FD123")
			b.SetText(at("240"), "SMS2PN")
			b.SetUintAt(at("030"), 2, 16)
		}, "89c140 1903 0fc0 3fd123 4cd4f240e820 01 01 20", `{"010":{"SAC":25,"SIC":3},"070":{"V":0,"G":0,"L":0,"MODE3A":"7700"},"220":"3FD123","240":"SMS2PN","030":[0,0,16]}`},
		{62, func(b *Builder, at func(string) Handle) {
			b.SetUint(at("010/SAC"), 25)
			b.SetUint(at("010/SIC"), 100)
			b.SetFloat(at("105/LAT"), 53.9)
			b.SetFloat(at("105/LON"), -27.5)
			b.SetUint(at("380/IAS/IM"), 1)
			b.SetFloat(at("380/IAS/IAS"), 0.8)
			b.SetText(at("380/ADR"), "510001")
		}, "8910 1964 009950c8ffb1c71c 90 510001 8320", `{"010":{"SAC":25,"SIC":100},"105":{"LAT":53.899998664856,"LON":-27.500002384186},"380":{"ADR":"510001","IAS":{"IM":1,"IAS":0.8}}}`},
		{65, func(b *Builder, at func(string) Handle) {
			b.SetUint(at("010/SAC"), 25)
			b.SetUint(at("010/SIC"), 100)
			b.SetUint(at("000"), 1)
			b.Mark(at("040"))
		}, "c4 1964 01 00", `{"010":{"SAC":25,"SIC":100},"000":1,"040":{"NOGO":0,"OVL":0,"TSV":0,"PSS":0,"STTN":0}}`},
	} {
		b := newTestBuilder(t, c.cat)
		c.set(b, func(p string) Handle { return Field(c.cat, p) })
		data, err := b.AppendRecord(nil)
		if err != nil {
			t.Errorf("cat %d: %v", c.cat, err)
			continue
		}
		d := NewDecoder()
		got := lines(d, append(append(BeginBlock(nil, c.cat)[:1], 0, byte(len(data)+3)), data...))
		if len(got) != 1 || got[0] != c.json {
			t.Errorf("cat %d: %x prints %q, want %s", c.cat, data, got, c.json)
		}
		if want := hx(c.hex); string(want) != string(data) {
			t.Errorf("cat %d: built %x, want %x", c.cat, data, want)
		}
	}
}

func TestBlockLengths(t *testing.T) {
	b := append(BeginBlock(nil, 48), make([]byte, 0xFFFF-3)...)
	if err := EndBlock(b, 0); err != nil {
		t.Errorf("65,535 octets: %v", err)
	}
	if err := EndBlock(append(b, 0), 0); err == nil || !strings.Contains(err.Error(), string(TooLong)) {
		t.Errorf("65,536 octets: %v", err)
	}
	if got, n, err := NextBlock(b); err != nil || n != 0xFFFF || got.Category != 48 {
		t.Errorf("read back: %v %d %v", got.Category, n, err)
	}
}

// Speed is Mach or NM/s by the bit before it; the same integer reads differently.
func TestValueDependsOnAnotherField(t *testing.T) {
	b := newTestBuilder(t, 62)
	im, ias := Field(62, "380/IAS/IM"), Field(62, "380/IAS/IAS")
	for _, c := range []struct {
		im   uint64
		v    float64
		want float64
	}{{1, 0.8, 0.8}, {0, 0.07, math.Round(0.07*16384) / 16384}} {
		b.Reset()
		b.SetUint(im, c.im)
		b.SetFloat(ias, c.v)
		data, err := b.AppendRecord(nil)
		if err != nil {
			t.Fatal(err)
		}
		var r Record
		if _, err := ParseRecord(b.Edition(), data, &r); err != nil {
			t.Fatal(err)
		}
		if got, ok := r.Float(ias); !ok || got != c.want {
			t.Errorf("IM %d: read %v, want %v", c.im, got, c.want)
		}
	}
}
