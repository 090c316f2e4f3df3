package web

import (
	"context"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"entente"
)

// PictureDocument is the picture at one time.
type PictureDocument struct {
	Time    entente.Instant `json:"time"`
	Total   int             `json:"total" doc:"entries in the picture; more than are listed when the limit cut them"`
	Entries []entente.Entry `json:"entries"`
}

// IdentityRequest is what a person takes an entry to be.
type IdentityRequest struct {
	Identity string `json:"identity" enum:"pending,assumed_friend,friend,neutral,suspect,unknown"`
	Reason   string `json:"reason" minLength:"3" maxLength:"500" doc:"kept with the identity as its criterion"`
}

type pictureIn struct {
	Viewer
	Limit int `query:"limit" minimum:"1" maximum:"20000" default:"1000"`
}

// TrackIn names an entry of the picture.
type TrackIn struct {
	Viewer
	Number uint32 `path:"number" doc:"picture number"`
}

type trailIn struct {
	TrackIn
	Seconds int `query:"seconds" minimum:"1" maximum:"86400" default:"1800" doc:"how far back"`
}

type explainIn struct {
	TrackIn
	Partner string `path:"partner" maxLength:"32"`
}

type identityIn struct {
	TrackIn
	Body IdentityRequest
}

func airRoutes(api huma.API) {
	get(api, "air", "/api/picture", "picture", "The picture as JSON", func(_ context.Context, a *asker, in *pictureIn) (PictureDocument, error) {
		entries, at := a.hub.picture()
		p := PictureDocument{Time: at, Total: len(entries), Entries: entries}
		p.Entries = list(p.Entries[:min(len(entries), in.Limit)])
		return p, nil
	})
	get(api, "air", "/api/tracks/{number}", "track", "Everything about one entry of the picture", func(_ context.Context, a *asker, in *TrackIn) (entente.Entry, error) {
		return entryOf(a, in.Number)
	})
	get(api, "air", "/api/tracks/{number}/trail", "trail", "Where the entry has been", func(_ context.Context, a *asker, in *trailIn) ([]TrailPoint, error) {
		if _, err := entryOf(a, in.Number); err != nil {
			return nil, err
		}
		return list(a.Trail(in.Number, a.hub.time().Add(-float64(in.Seconds)))), nil
	})
	get(api, "air", "/api/tracks/{number}/release/{partner}", "release", "Whether and why a partner would see the entry", func(_ context.Context, a *asker, in *explainIn) (Explanation, error) {
		partner := entente.MemberID(in.Partner)
		if !slices.ContainsFunc(a.Members(), func(m entente.Member) bool { return m.ID == partner }) {
			return Explanation{}, missing("no such member")
		}
		e, err := a.Explain(in.Number, partner)
		e.Steps = list(e.Steps)
		return e, err
	})
	act(api, "air", "/api/tracks/{number}/identity", "set-identity", "Set what the entry is taken to be", func(ctx context.Context, a *asker, in *identityIn) (string, error) {
		id, err := entente.ParseIdentity(in.Body.Identity)
		if err != nil {
			return "", err
		}
		return in.Body.Identity, a.SetIdentity(ctx, a.person, in.Number, id, in.Body.Reason)
	})
	const geojson = "application/geo+json"
	download(api, "air", "/api/borders.geojson", "borders", "The borders this node judges by", geojson, func(a *asker, _ *Viewer) ([]byte, string, error) {
		return collection(a.Borders()), "", nil
	})
	download(api, "air", "/api/zones.geojson", "zones", "Zones", geojson, func(a *asker, _ *Viewer) ([]byte, string, error) {
		return collection(a.Zones()), "", nil
	})
}

// collection makes an absent document an empty feature collection.
func collection(b []byte) []byte {
	if len(b) == 0 {
		return []byte(`{"type":"FeatureCollection","features":[]}`)
	}
	return b
}

func entryOf(a *asker, number uint32) (entente.Entry, error) {
	e, ok := a.Entry(number)
	if !ok {
		return e, &entente.Error{Kind: entente.NotFound, Offset: -1, Reason: "no entry of that number in the picture", Next: "it may have ended; look at the picture again"}
	}
	e.Contributions = list(e.Contributions)
	return e, nil
}
