package web

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"entente"
)

// ReportDocument is a report with what was read out of it.
type ReportDocument struct {
	Report    entente.Report     `json:"report" doc:"spans are byte offsets into text"`
	Proposals []entente.Proposal `json:"proposals"`
}

// AcceptRequest confirms a proposal, as it is or as corrected.
type AcceptRequest struct {
	Note      string         `json:"note,omitempty" maxLength:"2000"`
	Corrected *entente.Event `json:"corrected,omitempty" doc:"absent: as proposed"`
}

type limitIn struct {
	Viewer
	Limit int `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

type acceptIn struct {
	Viewer
	ID   string `path:"id" maxLength:"200"`
	Body AcceptRequest
}

func watchRoutes(api huma.API) {
	get(api, "watch", "/api/watch/reports", "reports", "Reports, newest first", func(_ context.Context, a *asker, in *limitIn) ([]entente.Report, error) {
		return list(a.Reports(in.Limit)), nil
	})
	get(api, "watch", "/api/watch/reports/{id}", "report", "One report with its proposals", func(_ context.Context, a *asker, in *alertIn) (ReportDocument, error) {
		r, ok := a.Report(in.ID)
		if !ok {
			return ReportDocument{}, missing("no such report")
		}
		return ReportDocument{r, list(a.Proposals(in.ID))}, nil
	})
	get(api, "watch", "/api/watch/proposals", "proposals", "Proposals that wait for a person", func(_ context.Context, a *asker, _ *Viewer) ([]entente.Proposal, error) {
		return list(a.Proposals("")), nil
	})
	get(api, "watch", "/api/watch/events", "events", "Confirmed events", func(_ context.Context, a *asker, in *limitIn) ([]entente.ConfirmedEvent, error) {
		return list(a.Events(in.Limit)), nil
	})
	act(api, "watch", "/api/watch/proposals/{id}/accept", "accept-proposal", "Confirm a proposal", func(ctx context.Context, a *asker, in *acceptIn) (string, error) {
		return in.ID, a.AcceptProposal(ctx, a.person, in.ID, in.Body.Corrected, in.Body.Note)
	})
	act(api, "watch", "/api/watch/proposals/{id}/reject", "reject-proposal", "Refuse a proposal", func(ctx context.Context, a *asker, in *noteIn) (string, error) {
		return in.ID, a.RejectProposal(ctx, a.person, in.ID, in.Body.Note)
	})
}
