package exchange

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"entente"
)

func TestRingKeepsTheNewest(t *testing.T) {
	r := newRing()
	for i := range ringSize + 10 {
		r.put(fmt.Append(nil, i))
	}
	list, dropped := r.drain(nil)
	if len(list) != ringSize || dropped != 10 || string(list[0]) != "10" || string(list[ringSize-1]) != fmt.Sprint(ringSize+9) {
		t.Errorf("%d kept from %s to %s, %d dropped", len(list), list[0], list[len(list)-1], dropped)
	}
	if list, dropped := r.drain(list); len(list) != 0 || dropped != 0 {
		t.Errorf("drained again: %d, %d", len(list), dropped)
	}
}

func TestBucketHoldsItsRate(t *testing.T) {
	b := newBucket(10)
	now := time.Unix(0, 0)
	taken := 0
	for range 1000 { // 10 s, asked every 10 ms
		if b.take(now) == 0 {
			taken++
		}
		now = now.Add(10 * time.Millisecond)
	}
	if taken < 108 || taken > 111 { // a second's worth at once, then ten a second
		t.Errorf("%d in 10 s at 10 a second", taken)
	}
	if wait := newBucket(10).drained().take(time.Unix(0, 0)); wait != 100*time.Millisecond {
		t.Errorf("wait %v", wait)
	}
}

func (b *bucket) drained() *bucket { b.level = 0; return b }

func TestClockDifferenceIsTheSmallestDelay(t *testing.T) {
	var s skew
	now := entente.At(time.Unix(1e9, 0))
	var got float64
	for i := range 200 { // the partner is 2 s ahead, the line takes 0.1 s to 0.5 s
		at := now.Add(float64(i))
		got = s.add(at, at.Add(2-0.1-0.1*float64(i%5)))
	}
	if got < 1.899 || got > 1.901 {
		t.Errorf("ahead by %v s", got)
	}
	for i := range 200 { // its clock is set right
		at := now.Add(200 + float64(i))
		got = s.add(at, at.Add(-0.1-0.1*float64(i%5)))
	}
	if got < -0.101 || got > -0.099 {
		t.Errorf("ahead by %v s after its clock was set", got)
	}
}

func TestReopenJudgesAgain(t *testing.T) {
	u := newUnion(t, "BLR", "ARM")
	now := entente.At(time.Now())
	raw := chain(t, u.nodes["BLR"], "ARM", 3, 1, now)[0]
	it, err := Reopen(u.roster, raw)
	must(t, err)
	if it.From != "BLR" || it.To != "ARM" || it.Stream != "acts" || it.Epoch != 3 || it.Seq != 1 || string(it.Payload) != "3/1" || it.Created != now {
		t.Errorf("%+v", it)
	}
	raw[len(raw)-65] ^= 1
	if _, err := Reopen(u.roster, raw); err == nil || !strings.Contains(err.Error(), string(BadSignature)) {
		t.Errorf("altered: %v", err)
	}
	if _, err := Reopen(newUnion(t, "BLR").roster, raw); err == nil {
		t.Error("opened under another roster")
	}
}

func TestStartRefusesWhatCannotWork(t *testing.T) {
	u := newUnion(t, "BLR", "ARM")
	box := NewMemory(1)
	good := Config{Self: u.nodes["BLR"], Roster: u.roster, Dir: t.TempDir(), Listen: "127.0.0.1:0", Outbox: box, Inbox: box}
	taken := u.start(t, "ARM", box, nil)
	for name, change := range map[string]func(*Config){
		"no identity":      func(c *Config) { c.Self = nil },
		"no roster":        func(c *Config) { c.Roster = nil },
		"no boxes":         func(c *Config) { c.Inbox = nil },
		"no folder":        func(c *Config) { c.Dir = "" },
		"no port":          func(c *Config) { c.Listen = "127.0.0.1" },
		"port by name":     func(c *Config) { c.Listen = "127.0.0.1:nats" },
		"unknown partner":  func(c *Config) { c.Partners = []Partner{{Member: "XXX"}} },
		"itself a partner": func(c *Config) { c.Partners = []Partner{{Member: "BLR"}} },
	} {
		c := good
		change(&c)
		if x, err := Start(c); err == nil {
			x.Close()
			t.Errorf("%s: started", name)
		}
	}
	person, err := u.roots["BLR"].NewPerson("A", time.Now(), time.Now().Add(time.Hour))
	must(t, err)
	c := good
	c.Self = person
	if x, err := Start(c); err == nil {
		x.Close()
		t.Error("a person's key started a node")
	}
	c = good
	c.Listen = taken.Addr()
	if x, err := Start(c); err == nil {
		x.Close()
		t.Error("started on a port that is taken")
	}
}
