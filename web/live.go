package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/coder/websocket"

	"entente"
)

// Greeting is the first message of the live stream.
type Greeting struct {
	Run      string           `json:"run"`      // names the sequence of events; give it back as ?run= on reconnecting
	Sequence uint64           `json:"sequence"` // the last event so far
	Member   entente.MemberID `json:"member"`
	Resumed  bool             `json:"resumed"` // events since ?after= follow; else read all documents again
}

var (
	errTooSlow = errors.New("the reader is too slow")
	errSpoke   = errors.New("a reader of the stream sends nothing")
	errGone    = errors.New("the reader is gone")
)

const writeWithin = 5 * time.Second

// live serves the stream: text messages are the greeting and events, binary messages are frames. A reader sends nothing.
func (s *Server) live(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Upgrade") == "" {
		problem(w, http.StatusUpgradeRequired, "this is a WebSocket; docs/web.md describes it")
		return
	}
	h := askerOf(r.Context()).hub
	q := r.URL.Query()
	after, err := strconv.ParseUint(q.Get("after"), 10, 64)
	if q.Get("after") != "" && err != nil {
		problem(w, http.StatusUnprocessableEntity, "after: not the number of an event")
		return
	}
	if h.readerCount() >= s.maxReaders {
		problem(w, http.StatusServiceUnavailable, "too many readers of the live stream; try again later")
		return
	}
	c, err := websocket.Accept(w, r, nil) // refuses other origins
	if err != nil {
		return // Accept has answered
	}
	c.SetReadLimit(1024)
	ctx, cancel := context.WithCancelCause(s.ctx)
	defer cancel(nil)
	gone := make(chan struct{})
	go func() { // until the connection is closed, which is below at the latest
		defer close(gone)
		if _, _, err := c.Read(context.Background()); err != nil {
			cancel(errGone)
		} else {
			cancel(errSpoke)
		}
	}()
	defer func() {
		_ = c.CloseNow()
		<-gone
	}()
	rd := &reader{queue: make(chan message, queueLength), drop: cancel}
	h.join(rd, q.Get("run"), after)
	defer h.leave(rd)
	s.write(ctx, c, rd)
}

func (s *Server) write(ctx context.Context, c *websocket.Conn, rd *reader) {
	for {
		select {
		case <-ctx.Done():
			switch cause := context.Cause(ctx); {
			case errors.Is(cause, errSpoke):
				_ = c.Close(websocket.StatusPolicyViolation, errSpoke.Error())
			case !errors.Is(cause, errGone) && !errors.Is(cause, errTooSlow): // those would not hear it
				_ = c.Close(websocket.StatusTryAgainLater, "the node stops")
			}
			return
		case m := <-rd.queue:
			kind := websocket.MessageText
			if m.binary {
				kind = websocket.MessageBinary
			}
			within, done := context.WithTimeout(ctx, writeWithin)
			err := c.Write(within, kind, m.data)
			done()
			if err != nil {
				return
			}
		}
	}
}
