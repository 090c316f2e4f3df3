package web

import (
	"testing"
	"time"
)

func TestSessionsAreBounded(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	s := &sessions{now: func() time.Time { now = now.Add(time.Millisecond); return now }, byKey: map[string]session{}}
	first := s.open("BLR", "a")
	second := s.open("BLR", "b")
	for range maxSessions - 1 {
		s.open("KAZ", "c")
	}
	if _, ok := s.find(first); ok {
		t.Error("the oldest session made no room")
	}
	if v, ok := s.find(second); !ok || v.person != "b" || v.member != "BLR" {
		t.Errorf("the second session is %+v, %v", v, ok)
	}
	if len(s.byKey) != maxSessions {
		t.Errorf("%d sessions, want %d", len(s.byKey), maxSessions)
	}
	now = now.Add(sessionLife + time.Minute)
	s.open("KAZ", "d")
	if len(s.byKey) != 1 {
		t.Errorf("%d sessions after all but one ended", len(s.byKey))
	}
}

func TestTokensAreNotGuessed(t *testing.T) {
	s := &sessions{now: time.Now, byKey: map[string]session{}}
	seen := map[string]bool{}
	for range 100 {
		k := s.open("BLR", "a")
		if len(k) < 26 || seen[k] {
			t.Fatalf("token %q", k) // 26 characters of base 32 are 128 bits
		}
		seen[k] = true
	}
	for _, bad := range []string{"", "x"} {
		if _, ok := s.find(bad); ok {
			t.Errorf("token %q was taken", bad)
		}
	}
}

func TestCookies(t *testing.T) {
	if c := newCookie("BLR", "t", true, time.Hour); c.Name != "entente_session_BLR" || !c.Secure || !c.HttpOnly || c.MaxAge != 3600 {
		t.Errorf("%+v", c)
	}
	if c := newCookie("BLR", "", false, -time.Second); c.MaxAge != -1 {
		t.Errorf("a cookie that is to go: %+v", c)
	}
	if got := cookieName("A=B; Path=/"); got != "entente_session_A_B__Path__" {
		t.Errorf("a member's name left the cookie's: %q", got)
	}
}
