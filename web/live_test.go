package web_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"entente"
	"entente/web"
)

// stream is a reader of the live stream.
type stream struct {
	*websocket.Conn
	t        *testing.T
	greeting web.Greeting
}

func dial(t *testing.T, s *site, query string) *stream {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	c, res, err := websocket.Dial(ctx, strings.Replace(s.URL, "http", "ws", 1)+"/api/live"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	if res.Body != nil {
		res.Body.Close()
	}
	c.SetReadLimit(1 << 20)
	t.Cleanup(func() { c.CloseNow() })
	st := &stream{Conn: c, t: t}
	st.json(&st.greeting)
	return st
}

// next reads one message, within five seconds.
func (s *stream) next() (websocket.MessageType, []byte) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	k, b, err := s.Read(ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	return k, b
}

// json reads up to the next text message.
func (s *stream) json(v any) {
	s.t.Helper()
	for {
		k, b := s.next()
		if k == websocket.MessageText {
			if err := json.Unmarshal(b, v); err != nil {
				s.t.Fatal(err)
			}
			return
		}
	}
}

// frame reads up to the next frame and returns its kind, number and tracks.
func (s *stream) frame() (kind byte, number, tracks, total uint32) {
	s.t.Helper()
	for {
		k, b := s.next()
		if k == websocket.MessageBinary {
			le := binary.LittleEndian
			return b[4], le.Uint32(b[24:]), le.Uint32(b[8:]), le.Uint32(b[28:])
		}
	}
}

func TestLiveBeginsWithEverythingAndGoesOnWithChanges(t *testing.T) {
	s := newSite(t)
	st := dial(t, s, "?as=KAZ")
	if st.greeting.Member != "KAZ" || st.greeting.Resumed || st.greeting.Run == "" {
		t.Errorf("greeting %+v", st.greeting)
	}
	kind, number, tracks, total := st.frame()
	if kind != 1 || tracks != total || tracks == 0 {
		t.Fatalf("first frame: kind %d, %d of %d tracks", kind, tracks, total)
	}
	for range 2 {
		k, n, _, _ := st.frame()
		if k != 2 && n%30 != 0 || n != number+1 {
			t.Errorf("frame %d of kind %d after %d", n, k, number)
		}
		number = n
	}
}

func TestLiveTellsAndResumes(t *testing.T) {
	s := newSite(t)
	st := dial(t, s, "")
	id := s.world.Raise("BLR", entente.Condition{Key: "x", Rule: "test", Severity: entente.Critical, Title: "Something", Entry: 3})
	var e web.Event
	st.json(&e)
	if e.Sequence != st.greeting.Sequence+1 || e.Topic != web.TopicAlerts || e.Alert == nil || e.Alert.ID != id || !e.Alert.New || e.Alert.Severity != entente.Critical || e.Alert.Entry != 3 {
		t.Fatalf("event %+v %+v", e, e.Alert)
	}
	st.CloseNow()
	if status, b := s.call(t, "POST", "/api/alerts/"+id+"/acknowledge", officer, `{"note":""}`); status != 200 {
		t.Fatalf("%d %s", status, b)
	}
	if status, b := s.call(t, "POST", "/api/consultations", officer, `{"body":"csc","question":"And now?"}`); status != 200 {
		t.Fatalf("%d %s", status, b)
	}
	time.Sleep(700 * time.Millisecond) // the hub looks at least every half second
	again := dial(t, s, fmt.Sprintf("?run=%s&after=%d", st.greeting.Run, e.Sequence))
	if !again.greeting.Resumed {
		t.Fatalf("greeting %+v", again.greeting)
	}
	topics := map[web.Topic]bool{}
	for last := e.Sequence; last < again.greeting.Sequence; last++ {
		var m web.Event
		again.json(&m)
		if m.Sequence != last+1 {
			t.Errorf("event %d after %d", m.Sequence, last)
		}
		topics[m.Topic] = true
		if m.Alert != nil && (m.Alert.New || m.Alert.State != entente.Acknowledged) {
			t.Errorf("alert %+v", m.Alert)
		}
	}
	if !topics[web.TopicAlerts] || !topics[web.TopicCouncil] || !topics[web.TopicRecord] {
		t.Errorf("resumed with %v", topics)
	}
	if kind, _, _, _ := again.frame(); kind != 1 {
		t.Errorf("the frame after resuming is of kind %d", kind)
	}
}

func TestLiveStartsAfreshWhereItCannotResume(t *testing.T) {
	s := newSite(t)
	run := dial(t, s, "").greeting.Run
	for _, q := range []string{"?run=other&after=0", "?run=" + run + "&after=999", "?after=0"} {
		if g := dial(t, s, q).greeting; g.Resumed {
			t.Errorf("%s: resumed", q)
		}
	}
	for range 20 { // more than a reader is given back
		s.world.Raise("BLR", entente.Condition{Key: "x", Rule: "test", Severity: entente.Notice, Title: "Something"})
	}
	time.Sleep(700 * time.Millisecond)
	if g := dial(t, s, "?run="+run+"&after=0").greeting; g.Resumed || g.Sequence != 20 {
		t.Errorf("far behind: %+v", g)
	}
}

func TestLiveRefusals(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.MaxReaders = 1 })
	if status, _ := s.call(t, "GET", "/api/live", "", ""); status != 426 {
		t.Errorf("without upgrade: %d", status)
	}
	refused := func(name, query string, h http.Header, want int) {
		t.Helper()
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		c, res, err := websocket.Dial(ctx, strings.Replace(s.URL, "http", "ws", 1)+"/api/live"+query, &websocket.DialOptions{HTTPHeader: h})
		if err == nil {
			c.CloseNow()
			t.Errorf("%s: accepted", name)
			return
		}
		if res == nil || res.StatusCode != want {
			t.Errorf("%s: %v, want %d", name, err, want)
		}
	}
	refused("other origin", "", http.Header{"Origin": {"http://evil.example"}}, 403)
	refused("unknown member", "?as=XXX", nil, 404)
	refused("after what", "?after=x", nil, 422)
	dial(t, s, "")
	refused("one too many", "", nil, 503)
}

func TestLiveEndsForAReaderThatSpeaks(t *testing.T) {
	s := newSite(t)
	st := dial(t, s, "")
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := st.Write(ctx, websocket.MessageText, []byte("hello")); err != nil {
		t.Fatal(err)
	}
	for {
		if _, _, err := st.Read(ctx); err != nil {
			if ctx.Err() != nil {
				t.Error("still open after five seconds")
			}
			return
		}
	}
}

func TestCloseEndsStreams(t *testing.T) {
	s := newSite(t)
	st := dial(t, s, "")
	go s.web.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	for {
		_, _, err := st.Read(ctx)
		if err == nil {
			continue
		}
		var c websocket.CloseError
		if !errors.As(err, &c) || c.Code != websocket.StatusTryAgainLater {
			t.Errorf("ended with %v", err)
		}
		return
	}
}
