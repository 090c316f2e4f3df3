package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"entente"
)

const (
	maxBody  = 64 << 10  // bytes a request may carry
	maxPlain = 256 << 20 // bytes a node's own compressed file may hold
)

// asker is whose node a request asks, and who asks; empty when nobody signed in.
type asker struct {
	Backend
	hub    *hub
	person string
	token  string // of the session, when there is one
}

type askerKey struct{}

func askerOf(ctx context.Context) *asker {
	a, _ := ctx.Value(askerKey{}).(*asker)
	return a
}

// ask resolves whose node a request asks and who asks, before any route of /api, /data and the stream.
func (s *Server) ask(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := entente.MemberID(r.URL.Query().Get("as"))
		if id == "" {
			id = s.first
		}
		h, ok := s.hubs[id]
		if !ok {
			problem(w, http.StatusNotFound, "no node of that member here; /api/self lists them")
			return
		}
		a := &asker{Backend: h.backend, hub: h}
		if s.signIn == ChoosePerson {
			a.person, a.token = s.personOf(r, h.backend, id)
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), askerKey{}, a)))
	})
}

func (s *Server) personOf(r *http.Request, b Backend, id entente.MemberID) (person, token string) {
	if name := r.Header.Get(personHeader); name != "" {
		if knows(b, name) {
			return name, ""
		}
		return "", ""
	}
	c, err := r.Cookie(cookieName(id))
	if err != nil {
		return "", ""
	}
	v, ok := s.sessions.find(c.Value)
	if !ok || v.member != id || !knows(b, v.person) {
		return "", ""
	}
	return v.person, c.Value
}

// Viewer is what every operation takes; ask has used it already, here it is only described.
type Viewer struct {
	As     string `query:"as" maxLength:"32" doc:"Member whose node is asked; empty: the first"`
	Person string `header:"X-Entente-Person" maxLength:"200" doc:"Who asks, in place of a session; demonstration only"`
	Have   string `header:"If-None-Match" maxLength:"200" doc:"ETag of what the reader has already; files alone answer 304"`
	Takes  string `header:"Accept-Encoding" maxLength:"200" doc:"without gzip in it, files come as they are"`
}

// body carries one document out.
type body[T any] struct{ Body T }

func (v *Viewer) reader() *Viewer { return v }

// file carries bytes out under their own content type.
type file struct {
	Status      int
	ContentType string `header:"Content-Type"`
	Encoding    string `header:"Content-Encoding"`
	Disposition string `header:"Content-Disposition"`
	ETag        string `header:"ETag"`
	Caching     string `header:"Cache-Control"`
	Body        []byte
}

// Done answers an act.
type Done struct {
	ID string `json:"id" doc:"what was made or changed"`
}

// newAPI registers every operation on the mux.
func (s *Server) newAPI(mux *http.ServeMux) huma.API {
	config := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title:   "Entente",
				Version: s.version,
				Description: "One member's node. Inside are metres, radians, seconds and WGS-84; times are RFC 3339 in UTC. " +
					"The live stream /api/live is a WebSocket and described in docs/web.md.",
			},
			Components: &huma.Components{Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)},
		},
		Formats:                      huma.DefaultFormats,
		DefaultFormat:                "application/json",
		NoFormatFallback:             false,
		RejectUnknownQueryParameters: true,
	}
	api := humago.New(mux, config)
	s.selfRoutes(api)
	airRoutes(api)
	alertRoutes(api)
	watchRoutes(api)
	councilRoutes(api)
	recordRoutes(api)
	return api
}

// get registers a reading operation.
func get[I, O any](api huma.API, tag, path, id, summary string, f func(context.Context, *asker, *I) (O, error)) {
	op := huma.Operation{OperationID: id, Method: http.MethodGet, Path: path, Summary: summary, Tags: []string{tag}, Errors: []int{404}}
	huma.Register(api, op, func(ctx context.Context, in *I) (*body[O], error) {
		v, err := f(ctx, askerOf(ctx), in)
		if err != nil {
			return nil, answer(err)
		}
		return &body[O]{v}, nil
	})
}

// act registers an operation that changes something: it needs a person.
func act[I any](api huma.API, tag, path, id, summary string, f func(context.Context, *asker, *I) (string, error)) {
	op := huma.Operation{OperationID: id, Method: http.MethodPost, Path: path, Summary: summary, Tags: []string{tag},
		Errors: []int{401, 403, 404, 409, 413, 422}, MaxBodyBytes: maxBody}
	huma.Register(api, op, func(ctx context.Context, in *I) (*body[Done], error) {
		a := askerOf(ctx)
		if a.person == "" {
			return nil, huma.Error401Unauthorized("nobody is signed in for this member; choose who you are first")
		}
		name, err := f(ctx, a, in)
		if err != nil {
			return nil, answer(err)
		}
		a.hub.wake()
		return &body[Done]{Done{name}}, nil
	})
}

// download registers an operation that answers with bytes of its own type, which a reader may keep under their ETag.
func download[I any](api huma.API, tag, path, id, summary, contentType string, f func(*asker, *I) ([]byte, string, error)) {
	op := huma.Operation{OperationID: id, Method: http.MethodGet, Path: path, Summary: summary, Tags: []string{tag}, Errors: []int{404},
		Responses: map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{contentType: {}}}}}
	huma.Register(api, op, func(ctx context.Context, in *I) (*file, error) {
		b, name, err := f(askerOf(ctx), in)
		if err != nil {
			return nil, answer(err)
		}
		sum := sha256.Sum256(b)
		out := &file{Status: http.StatusOK, ContentType: contentType, ETag: `"` + hex.EncodeToString(sum[:12]) + `"`, Caching: "no-cache", Body: b}
		v := any(in).(interface{ reader() *Viewer }).reader()
		if v.Have == out.ETag {
			out.Status, out.Body = http.StatusNotModified, nil
			return out, nil
		}
		if bytes.HasPrefix(b, []byte("\x1f\x8b")) {
			out.Encoding = "gzip"
			if !strings.Contains(v.Takes, "gzip") {
				out.Encoding = ""
				if out.Body, err = plainOf(b); err != nil {
					return nil, answer(err)
				}
			}
		}
		if name != "" {
			out.Disposition = `attachment; filename="` + name + `"`
		}
		return out, nil
	})
}

// plainOf undoes gzip.
func plainOf(b []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(r, maxPlain))
}

// list makes an absent list an empty one: readers get [] and never null.
func list[T any](v []T) []T {
	if v == nil {
		return []T{}
	}
	return v
}

func missing(what string) error {
	return &entente.Error{Kind: entente.NotFound, Offset: -1, Reason: what}
}
