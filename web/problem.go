package web

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"entente"
)

// statusOf maps the kinds of refusal to HTTP.
var statusOf = map[entente.ErrorKind]int{
	entente.Malformed:    http.StatusUnprocessableEntity,
	entente.Implausible:  http.StatusUnprocessableEntity,
	entente.Unsupported:  http.StatusNotImplemented,
	entente.Unauthorised: http.StatusForbidden,
	entente.Refused:      http.StatusForbidden,
	entente.Replayed:     http.StatusConflict,
	entente.TooLarge:     http.StatusRequestEntityTooLarge,
	entente.NotFound:     http.StatusNotFound,
}

// answer turns a backend's error into a problem document (RFC 9457): an *entente.Error with its reason and next step,
// anything else without its text, which may hold what a reader must not see.
func answer(err error) error {
	var e *entente.Error
	if !errors.As(err, &e) {
		return huma.Error500InternalServerError("the node could not do this; its log says why")
	}
	status, ok := statusOf[e.Kind]
	if !ok {
		status = http.StatusInternalServerError
	}
	text := e.Reason
	if e.Next != "" {
		text += "; " + e.Next
	}
	p := &huma.ErrorModel{Status: status, Title: http.StatusText(status), Detail: text}
	p.Errors = append(p.Errors, &huma.ErrorDetail{Message: string(e.Kind), Location: e.Source})
	return p
}

// problem writes a problem document outside the described API.
func problem(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(huma.ErrorModel{Status: status, Title: http.StatusText(status), Detail: detail})
}
