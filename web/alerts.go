package web

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"entente"
)

// NoteRequest carries what a person says with an act.
type NoteRequest struct {
	Note string `json:"note" maxLength:"2000"`
}

type alertIn struct {
	Viewer
	ID string `path:"id" maxLength:"200"`
}

type noteIn struct {
	Viewer
	ID   string `path:"id" maxLength:"200"`
	Body NoteRequest
}

func alertRoutes(api huma.API) {
	get(api, "alerts", "/api/alerts", "alerts", "Alerts that are not closed, and those closed of late", func(_ context.Context, a *asker, _ *Viewer) ([]entente.Alert, error) {
		return list(a.Alerts()), nil
	})
	get(api, "alerts", "/api/alerts/{id}", "alert", "One alert with its evidence and what was done", func(_ context.Context, a *asker, in *alertIn) (entente.Alert, error) {
		for _, v := range a.Alerts() {
			if v.ID == in.ID {
				return v, nil
			}
		}
		return entente.Alert{}, missing("no such alert")
	})
	act(api, "alerts", "/api/alerts/{id}/acknowledge", "acknowledge-alert", "Take ownership of an alert", func(ctx context.Context, a *asker, in *noteIn) (string, error) {
		return in.ID, a.AckAlert(ctx, a.person, in.ID, in.Body.Note)
	})
	act(api, "alerts", "/api/alerts/{id}/close", "close-alert", "End an alert, saying what was done", func(ctx context.Context, a *asker, in *noteIn) (string, error) {
		if in.Body.Note == "" {
			return "", &entente.Error{Kind: entente.Implausible, Offset: -1, Reason: "an alert is closed with a note", Next: "say what was done"}
		}
		return in.ID, a.CloseAlert(ctx, a.person, in.ID, in.Body.Note)
	})
}
