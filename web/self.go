package web

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"entente"
)

// Self is where a reader is: which node, who belongs, who he is.
type Self struct {
	Member   entente.Member     `json:"member"`
	Members  []entente.Member   `json:"members" doc:"in the organisation's order; a track's origin in the live stream is an index into it"`
	Nodes    []entente.MemberID `json:"nodes" doc:"members whose nodes answer here: more than one in a demonstration"`
	Persons  []Person           `json:"persons" doc:"who may act for the member here"`
	Person   string             `json:"person" doc:"who is signed in; empty: nobody"`
	SignIn   string             `json:"sign_in" enum:"read_only,choose_person" doc:"choose_person takes the reader's word: demonstration only"`
	Version  string             `json:"version"`
	Time     entente.Instant    `json:"time" doc:"the node's clock"`
	Coasting float64            `json:"coasting_limit" doc:"seconds without a plot after which a position is no longer moved on"`
}

// SessionRequest names who signs in.
type SessionRequest struct {
	Person string `json:"person" minLength:"1" maxLength:"200" doc:"one of the persons of /api/self"`
}

type cookieOut struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      Done
}

// TrustRequest is what a person has done with a partner's tracks.
type TrustRequest struct {
	Trust  string `json:"trust" enum:"fuse,show,ignore" doc:"fuse: into entries' states; show: beside them; ignore: not taken"`
	Reason string `json:"reason" minLength:"3" maxLength:"500" doc:"kept with the act"`
}

type trustIn struct {
	Viewer
	Partner string `path:"partner" maxLength:"32"`
	Body    TrustRequest
}

func (s *Server) selfRoutes(api huma.API) {
	get(api, "node", "/api/self", "self", "Which node this is and who is signed in", func(_ context.Context, a *asker, _ *Viewer) (Self, error) {
		v := Self{Member: a.Self(), Members: list(a.Members()), Nodes: s.order, Persons: list(a.Persons()), Person: a.person,
			SignIn: "read_only", Version: s.version, Time: entente.At(s.now()), Coasting: s.coasting}
		if s.signIn == ChoosePerson {
			v.SignIn = "choose_person"
		}
		return v, nil
	})
	get(api, "node", "/api/links", "links", "Exchange with each partner", func(_ context.Context, a *asker, _ *Viewer) ([]Link, error) {
		return list(a.Links()), nil
	})
	act(api, "node", "/api/links/{partner}/trust", "set-trust", "Set what is done with a partner's tracks", func(ctx context.Context, a *asker, in *trustIn) (string, error) {
		t, err := entente.ParseTrust(in.Body.Trust)
		if err != nil {
			return "", err
		}
		return in.Body.Trust, a.SetTrust(ctx, a.person, entente.MemberID(in.Partner), t, in.Body.Reason)
	})
	get(api, "node", "/api/sensors", "sensors", "The member's own sensors", func(_ context.Context, a *asker, _ *Viewer) ([]SensorStatus, error) {
		return list(a.Sensors()), nil
	})
	op := huma.Operation{OperationID: "sign-in", Method: http.MethodPost, Path: "/api/session", Summary: "Say who you are (demonstration)",
		Tags: []string{"node"}, Errors: []int{403, 422}, MaxBodyBytes: maxBody}
	huma.Register(api, op, func(ctx context.Context, in *struct {
		Viewer
		Body SessionRequest
	}) (*cookieOut, error) {
		a := askerOf(ctx)
		if s.signIn != ChoosePerson {
			return nil, huma.Error403Forbidden("nobody can sign in here: the node was started for reading only")
		}
		if !knows(a.Backend, in.Body.Person) {
			return nil, huma.Error403Forbidden("no such person may act for this member; /api/self lists them")
		}
		id := a.Self().ID
		c := newCookie(id, s.sessions.open(id, in.Body.Person), s.secure, sessionLife)
		return &cookieOut{*c, Done{in.Body.Person}}, nil
	})
	op = huma.Operation{OperationID: "sign-out", Method: http.MethodDelete, Path: "/api/session", Summary: "Sign out", Tags: []string{"node"}}
	huma.Register(api, op, func(ctx context.Context, in *Viewer) (*cookieOut, error) {
		a := askerOf(ctx)
		if a.token != "" {
			s.sessions.end(a.token)
		}
		return &cookieOut{*newCookie(a.Self().ID, "", s.secure, -time.Second), Done{a.person}}, nil
	})
}
