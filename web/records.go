package web

import (
	"context"
	"fmt"

	"github.com/danielgtaylor/huma/v2"
)

type entriesIn struct {
	Viewer
	Log   string `path:"body" maxLength:"100" doc:"a body of the organisation"`
	First int    `query:"first" minimum:"-1000000" default:"-50" doc:"index of the first entry; negative counts from the end"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

// LogIn names a body's record.
type LogIn struct {
	Viewer
	Log string `path:"body" maxLength:"100" doc:"a body of the organisation"`
}

type proofIn struct {
	LogIn
	Index uint64 `path:"index" doc:"of the entry"`
}

func recordRoutes(api huma.API) {
	get(api, "record", "/api/records/{body}", "record", "Head of a body's record and its cosignatures", func(_ context.Context, a *asker, in *LogIn) (RecordStatus, error) {
		r, err := a.RecordStatus(in.Log)
		r.Cosigned, r.Of = list(r.Cosigned), list(r.Of)
		return r, err
	})
	get(api, "record", "/api/records/{body}/entries", "record-entries", "Entries of a body's record", func(_ context.Context, a *asker, in *entriesIn) ([]RecordEntry, error) {
		e, err := a.RecordEntries(in.Log, in.First, in.Limit)
		return list(e), err
	})
	download(api, "record", "/api/records/{body}/proofs/{index}", "proof", "A file that proves one entry without this node", "application/octet-stream", func(a *asker, in *proofIn) ([]byte, string, error) {
		b, err := a.Proof(in.Log, in.Index)
		return b, fmt.Sprintf("%s-%d.tlog-proof", fileName(in.Log), in.Index), err
	})
	download(api, "record", "/api/records/{body}/policy", "record-policy", "The keys and the quorum by which proofs of this record are verified", "text/plain", func(a *asker, in *LogIn) ([]byte, string, error) {
		b, err := a.Policy(in.Log)
		return b, fileName(in.Log) + ".policy", err
	})
}

// fileName keeps letters, digits and "-", so that a body's name cannot leave the header or the folder.
func fileName(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c != '-' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			b[i] = '_'
		}
	}
	return string(b)
}
