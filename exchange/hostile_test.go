package exchange

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"entente"
)

// api is every subject of JetStream's interface, as the embedded server declares it.
var api = []string{
	server.JSApiAccountInfo, server.JSApiStreamCreate, server.JSApiStreamUpdate, server.JSApiStreams, server.JSApiStreamList,
	server.JSApiStreamInfo, server.JSApiStreamDelete, server.JSApiStreamPurge, server.JSApiStreamSnapshot, server.JSApiStreamRestore,
	server.JSApiMsgDelete, server.JSApiMsgGet, server.JSDirectMsgGet, server.JSDirectGetLastBySubject, server.JSApiConsumerCreate,
	server.JSApiConsumerCreateEx, server.JSApiDurableCreate, server.JSApiConsumers, server.JSApiConsumerList, server.JSApiConsumerInfo,
	server.JSApiConsumerDelete, server.JSApiConsumerPause, "$JS.API.CONSUMER.MSG.NEXT.*.*", "$JS.API.CONSUMER.RESET.*.*", server.JSApiConsumerUnpin,
	server.JSApiStreamRemovePeer, server.JSApiStreamEvacuatePeer, server.JSApiStreamCancelMove, server.JSApiStreamLeaderStepDown,
	server.JSApiConsumerLeaderStepDown, server.JSApiConsumerRemovePeer, server.JSApiConsumerEvacuatePeer, server.JSApiLeaderStepDown,
	server.JSApiRemoveServer, server.JSApiEvacuateServer, server.JSApiMetaRescue, server.JSApiAccountPurge, server.JSApiServerStreamMove,
	server.JSApiServerStreamCancelMove,
}

// TestEveryAPISubject: of JetStream's whole interface a partner is answered on the four subjects of its consumer alone.
func TestEveryAPISubject(t *testing.T) {
	t.Parallel()
	u := newUnion(t, "BLR", "ARM")
	a := u.start(t, "BLR", NewMemory(1), nil, Partner{Member: "ARM"})
	send(t, a, "BLR", "ARM", "acts", 1, 3)
	eventually(t, 5*time.Second, "items are in the stream", func() bool { return a.Links()[0].Sent == 3 })
	nc, errs := dialAs(t, u, "ARM", "BLR", a.Addr())
	allowed := []string{"$JS.API.CONSUMER.CREATE.OUT.x", "$JS.API.CONSUMER.INFO.OUT.x", "$JS.API.CONSUMER.DELETE.OUT.x", "$JS.API.CONSUMER.MSG.NEXT.OUT.x"}
	var answered []string
	asked := 0
	for _, pattern := range api {
		for _, stream := range []string{outStream, "OTHER"} {
			subject := strings.Replace(pattern, "*", stream, 1)
			subject = strings.ReplaceAll(strings.ReplaceAll(subject, ">", "x"), "*", "x")
			asked++
			if slices.Contains(allowed, subject) { // CREATE and the rest need their consumer; NEXT has nobody to answer
				answered = append(answered, subject)
				continue
			}
			must(t, nc.PublishRequest(subject, inboxOf("ARM")+".x", []byte("{}")))
		}
	}
	if len(answered) != len(allowed) {
		t.Errorf("the interface holds %q of the four allowed", answered)
	}
	must(t, nc.Flush())
	refused := map[string]bool{}
	for end := time.After(3 * time.Second); len(refused) < asked-len(allowed) && !t.Failed(); {
		select {
		case err := <-errs:
			refused[err.Error()] = true
		case <-end:
			t.Errorf("%d subjects asked, %d refused", asked-len(allowed), len(refused))
		}
		// A subject without a star is asked twice and refused in the same words.
		if len(refused) == distinct(api)-len(allowed) {
			break
		}
	}
	m, err := nc.Request(allowed[0], []byte(`{"stream_name":"OUT","config":{"name":"x","ack_policy":"none","inactive_threshold":5000000000},"action":""}`), time.Second)
	if err != nil || strings.Contains(string(m.Data), `"error"`) {
		t.Errorf("its own consumer: %v", err)
	}
	for _, subject := range allowed[1:3] {
		if m, err := nc.Request(subject, nil, time.Second); err != nil || strings.Contains(string(m.Data), `"error"`) {
			t.Errorf("%s: %v", subject, err)
		}
	}
	assertStream(t, a, "ARM", 3)
}

// distinct counts the subjects that TestEveryAPISubject makes of patterns.
func distinct(patterns []string) (n int) {
	for _, p := range patterns {
		if n++; strings.Contains(p, "*") {
			n++
		}
	}
	return n
}

// TestHostilePartnersLeaveOthers: KAZ sends what the table says over a real link; all of it is refused under its reason, and
// what ARM sends meanwhile arrives whole.
func TestHostilePartnersLeaveOthers(t *testing.T) {
	t.Parallel()
	u := newUnion(t, "BLR", "ARM", "KAZ", "RUS")
	now := entente.At(time.Now())
	kaz := u.nodes["KAZ"]
	item := func(seq uint64, prev [32]byte, text string) forge {
		return forge{by: kaz, h: header{kind: kindItem, to: "BLR", stream: "acts", pos: Position{1, seq, prev}, created: now, typ: "act"},
			label: label("KAZ", "BLR"), payload: []byte(text)}
	}
	first := item(1, [32]byte{}, "one").raw(t)
	readdressed, foreign, flipped := item(2, sha256.Sum256(first), "x"), item(2, sha256.Sum256(first), "x"), item(2, sha256.Sum256(first), "x")
	readdressed.h.to = "ARM"
	foreign.by = u.nodes["RUS"]
	flipped.after = func(raw []byte) []byte { raw[len(raw)-100] ^= 1; return raw }
	box := NewMemory(1)
	b := u.start(t, "BLR", box, nil, Partner{Member: "ARM"}, Partner{Member: "KAZ"})
	arm := u.start(t, "ARM", NewMemory(1), nil, Partner{Member: "BLR"})
	k := u.start(t, "KAZ", NewMemory(1), nil, Partner{Member: "BLR"})
	must(t, b.Connect("ARM", arm.Addr()))
	must(t, b.Connect("KAZ", k.Addr()))
	out := k.partners["BLR"].sender.nc // KAZ's own account: its node puts there what it likes
	eventually(t, 8*time.Second, "both are read", func() bool { return b.Links()[0].State == Current && b.Links()[1].State == Current })
	sent := 0
	for _, c := range []struct {
		name string
		raw  []byte
		want Reason
	}{
		{"good", first, ""},
		{"replayed", first, Replayed},
		{"altered", flipped.raw(t), BadSignature},
		{"another member's", foreign.raw(t), WrongOrigin},
		{"meant for another", readdressed.raw(t), WrongAudience},
		{"no envelope", []byte("hello"), Malformed},
		{"too large", make([]byte, 512<<10+1), TooLarge},
		{"two faces", item(1, [32]byte{}, "another").raw(t), BrokenChain},
		{"rolled back behind it", item(2, sha256.Sum256([]byte("lost")), "y").raw(t), BrokenChain},
	} {
		before := b.Links()[1].Refused[c.want]
		must(t, out.PublishMsg(&nats.Msg{Subject: outSubject + "acts", Data: c.raw}))
		send(t, arm, "ARM", "BLR", "acts", sent+1, 20)
		sent += 20
		eventually(t, 8*time.Second, c.name+" is judged, and ARM's items are there", func() bool {
			judged := c.want == "" && len(box.Items("KAZ")) == 1 || c.want != "" && b.Links()[1].Refused[c.want] > before
			return judged && len(box.Items("ARM")) == sent
		})
	}
	whole(t, box.Items("ARM"), "acts", sent)
	if got := box.Items("KAZ"); len(got) != 1 || string(got[0].Payload) != "one" {
		t.Errorf("of KAZ are held %v", fmt.Sprint(len(got)))
	}
	list, err := b.cfg.Outbox.Pending(context.Background(), "ARM", 10)
	if err != nil || len(list) != 0 || b.Links()[0].State != Current {
		t.Errorf("the link of ARM: %+v", b.Links()[0])
	}
}
