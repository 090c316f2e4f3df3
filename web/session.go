package web

import (
	"crypto/rand"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"entente"
)

// SignIn says how a person becomes known. The zero value lets nobody act: pages can be read, nothing can be changed.
type SignIn int

// The ways of signing in. ChoosePerson takes the reader's word for who he is, out of the backend's persons: for a
// demonstration on one machine only. Accounts with keys of their own are not there yet.
const (
	ReadOnly SignIn = iota
	ChoosePerson
)

const (
	sessionCookie = "entente_session"
	personHeader  = "X-Entente-Person"
	sessionLife   = 12 * time.Hour
	maxSessions   = 1000
)

// session is who signed in, for which member.
type session struct {
	member  entente.MemberID
	person  string
	expires time.Time
}

// sessions holds signed-in persons by an unguessable token, in memory: a restart signs everybody out.
type sessions struct {
	now func() time.Time

	mu    sync.Mutex // guards byKey
	byKey map[string]session
}

// open stores a session and returns its token; the session that ends first makes room when there are too many.
func (s *sessions) open(member entente.MemberID, person string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	first, now := "", s.now()
	for k, v := range s.byKey {
		if now.After(v.expires) {
			delete(s.byKey, k)
		} else if first == "" || v.expires.Before(s.byKey[first].expires) {
			first = k
		}
	}
	if len(s.byKey) >= maxSessions {
		delete(s.byKey, first)
	}
	token := rand.Text()
	s.byKey[token] = session{member, person, now.Add(sessionLife)}
	return token
}

func (s *sessions) find(token string) (session, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.byKey[token]
	if !ok || s.now().After(v.expires) {
		return session{}, false
	}
	return v, true
}

func (s *sessions) end(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byKey, token)
}

// cookieName keeps the members' sessions apart, so that a page can be signed in as one officer of each.
func cookieName(m entente.MemberID) string {
	return sessionCookie + "_" + strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return '_'
	}, string(m))
}

func newCookie(m entente.MemberID, token string, secure bool, life time.Duration) *http.Cookie {
	age := int(life / time.Second)
	if life <= 0 {
		age = -1
	}
	return &http.Cookie{Name: cookieName(m), Value: token, Path: "/", MaxAge: age, HttpOnly: true, Secure: secure, SameSite: http.SameSiteStrictMode}
}

// knows says whether the person may act at the backend.
func knows(b Backend, person string) bool {
	return slices.ContainsFunc(b.Persons(), func(p Person) bool { return p.Name == person })
}
