package web

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"entente"
)

// Council is what the bodies do. All state is as of now, read models of signed acts; each act is signed by the node.
type Council interface {
	// Organisation is what the bodies, members and rules are.
	Organisation() entente.Organisation
	// Sessions are all sessions, the latest first.
	Sessions() []entente.Session
	// Consultations are all consultations, the latest opened first, with the outcome as of now.
	Consultations() []entente.Consultation
	// Decisions are all decisions, the latest first.
	Decisions() []entente.Decision
	// Obligations are all obligations, the soonest due first, with the state as of now.
	Obligations() []entente.Obligation

	// OpenConsultation puts a question to a body and returns the consultation's ID.
	OpenConsultation(ctx context.Context, person string, d ConsultationDraft) (string, error)
	// TableText puts a version of a text before the members and returns its hash; earlier positions are void.
	TableText(ctx context.Context, person, consultation string, d TextDraft) (string, error)
	// TakePosition gives the member's answer to exactly the version whose hash is named.
	TakePosition(ctx context.Context, person, consultation string, d PositionDraft) error
	// AdoptDecision has the chair adopt the current text where the rule is met, and returns the decision's ID.
	AdoptDecision(ctx context.Context, person, consultation string, d AdoptionDraft) (string, error)
	// CloseConsultation ends it without a decision, with what was found.
	CloseConsultation(ctx context.Context, person, consultation, finding string) error
	// AddObligation records what a member owes because of a decision, and returns its ID.
	AddObligation(ctx context.Context, person, decision string, d ObligationDraft) (string, error)
	// Deliver records that a part of an obligation was delivered.
	Deliver(ctx context.Context, person, obligation string, quantity float64, evidence string) error
	// CloseObligation has the receiver close it: fulfilled, or released without being met.
	CloseObligation(ctx context.Context, person, obligation string, fulfilled bool, note string) error
}

// ConsultationDraft is a question to a body.
type ConsultationDraft struct {
	Body     string `json:"body" minLength:"1" maxLength:"100" doc:"one of the organisation's bodies"`
	Session  string `json:"session,omitempty" maxLength:"200" doc:"as an item of this session"`
	Question string `json:"question" minLength:"3" maxLength:"2000"`
	Alert    string `json:"alert,omitempty" maxLength:"200" doc:"ID of the alert it arises from; its evidence goes along"`
}

// TextDraft is a version of a draft decision.
type TextDraft struct {
	Title  string          `json:"title" minLength:"1" maxLength:"300"`
	Text   string          `json:"text" minLength:"1" maxLength:"20000"`
	Matter string          `json:"matter,omitempty" maxLength:"100" doc:"one of the organisation's matters"`
	Format entente.Format  `json:"format,omitempty" enum:"plenary,limited,silence" doc:"absent: plenary"`
	Until  entente.Instant `json:"until,omitzero" doc:"end of silence"`
}

// PositionDraft is a member's answer.
type PositionDraft struct {
	Stance    entente.Stance `json:"stance" enum:"agree,agree_with_reservation,abstain,object,not_participating"`
	Statement string         `json:"statement,omitempty" maxLength:"5000" doc:"wanted with a reservation or an objection"`
	Text      string         `json:"text" minLength:"1" maxLength:"200" doc:"hash of the version answered: what was shown is what is signed"`
}

// AdoptionDraft adopts exactly the text shown.
type AdoptionDraft struct {
	Text   string `json:"text" minLength:"1" maxLength:"200" doc:"hash of the version adopted"`
	Number string `json:"number,omitempty" maxLength:"100" doc:"as the organisation numbers it"`
}

// ObligationDraft is what a member comes to owe.
type ObligationDraft struct {
	Title    string           `json:"title" minLength:"1" maxLength:"300"`
	From     entente.MemberID `json:"from" minLength:"1" maxLength:"32"`
	To       entente.MemberID `json:"to,omitempty" maxLength:"32" doc:"absent: to all"`
	Quantity float64          `json:"quantity" exclusiveMinimum:"0"`
	Unit     string           `json:"unit" minLength:"1" maxLength:"50"`
	Due      entente.Instant  `json:"due,omitzero"`
}

// DeliveryRequest says what was delivered.
type DeliveryRequest struct {
	Quantity float64 `json:"quantity" exclusiveMinimum:"0"`
	Evidence string  `json:"evidence" minLength:"1" maxLength:"2000"`
}

// ObligationCloseRequest ends an obligation.
type ObligationCloseRequest struct {
	Fulfilled bool   `json:"fulfilled" doc:"false: released without being met"`
	Note      string `json:"note" minLength:"1" maxLength:"2000"`
}

type onID[T any] struct {
	Viewer
	ID   string `path:"id" maxLength:"200"`
	Body T
}

type withBody[T any] struct {
	Viewer
	Body T
}

func councilRoutes(api huma.API) {
	get(api, "council", "/api/organisation", "organisation", "Members, bodies and rules", func(_ context.Context, a *asker, _ *Viewer) (entente.Organisation, error) {
		return a.Organisation(), nil
	})
	get(api, "council", "/api/sessions", "sessions", "Sessions with agenda and attendance", func(_ context.Context, a *asker, _ *Viewer) ([]entente.Session, error) {
		return list(a.Sessions()), nil
	})
	get(api, "council", "/api/consultations", "consultations", "Consultations with positions and the rule's sentence", func(_ context.Context, a *asker, _ *Viewer) ([]entente.Consultation, error) {
		return list(a.Consultations()), nil
	})
	get(api, "council", "/api/consultations/{id}", "consultation", "One consultation", func(_ context.Context, a *asker, in *alertIn) (entente.Consultation, error) {
		for _, c := range a.Consultations() {
			if c.ID == in.ID {
				return c, nil
			}
		}
		return entente.Consultation{}, missing("no such consultation")
	})
	get(api, "council", "/api/decisions", "decisions", "Decisions and whom they bind", func(_ context.Context, a *asker, _ *Viewer) ([]entente.Decision, error) {
		return list(a.Decisions()), nil
	})
	get(api, "council", "/api/obligations", "obligations", "Obligations, the soonest due first", func(_ context.Context, a *asker, _ *Viewer) ([]entente.Obligation, error) {
		return list(a.Obligations()), nil
	})
	consultationActs(api)
	obligationActs(api)
}

func consultationActs(api huma.API) {
	act(api, "council", "/api/consultations", "open-consultation", "Put a question to a body", func(ctx context.Context, a *asker, in *withBody[ConsultationDraft]) (string, error) {
		return a.OpenConsultation(ctx, a.person, in.Body)
	})
	act(api, "council", "/api/consultations/{id}/texts", "table-text", "Put a text before the members; earlier positions are void", func(ctx context.Context, a *asker, in *onID[TextDraft]) (string, error) {
		return a.TableText(ctx, a.person, in.ID, in.Body)
	})
	act(api, "council", "/api/consultations/{id}/positions", "take-position", "Answer exactly the version named", func(ctx context.Context, a *asker, in *onID[PositionDraft]) (string, error) {
		return in.ID, a.TakePosition(ctx, a.person, in.ID, in.Body)
	})
	act(api, "council", "/api/consultations/{id}/adoption", "adopt-decision", "Adopt the text where the rule is met (chair)", func(ctx context.Context, a *asker, in *onID[AdoptionDraft]) (string, error) {
		return a.AdoptDecision(ctx, a.person, in.ID, in.Body)
	})
	act(api, "council", "/api/consultations/{id}/close", "close-consultation", "End a consultation without a decision", func(ctx context.Context, a *asker, in *noteIn) (string, error) {
		return in.ID, a.CloseConsultation(ctx, a.person, in.ID, in.Body.Note)
	})
}

func obligationActs(api huma.API) {
	act(api, "council", "/api/decisions/{id}/obligations", "add-obligation", "Record what a member owes because of the decision", func(ctx context.Context, a *asker, in *onID[ObligationDraft]) (string, error) {
		return a.AddObligation(ctx, a.person, in.ID, in.Body)
	})
	act(api, "council", "/api/obligations/{id}/deliveries", "deliver", "Record a delivery", func(ctx context.Context, a *asker, in *onID[DeliveryRequest]) (string, error) {
		return in.ID, a.Deliver(ctx, a.person, in.ID, in.Body.Quantity, in.Body.Evidence)
	})
	act(api, "council", "/api/obligations/{id}/close", "close-obligation", "Close an obligation (receiver)", func(ctx context.Context, a *asker, in *onID[ObligationCloseRequest]) (string, error) {
		return in.ID, a.CloseObligation(ctx, a.person, in.ID, in.Body.Fulfilled, in.Body.Note)
	})
}
