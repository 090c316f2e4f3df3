package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

type councilCmd struct {
	Sessions      councilList     `cmd:"" help:"Sessions with agenda and attendance."`
	Consultations councilList     `cmd:"" help:"Consultations with positions and what the rule says."`
	Decisions     councilList     `cmd:"" help:"Decisions and whom they bind."`
	Obligations   councilList     `cmd:"" help:"Obligations, the soonest due first."`
	Open          councilOpen     `cmd:"" help:"Put a question to a body."`
	Table         councilTable    `cmd:"" help:"Put a text before the members."`
	Position      councilPosition `cmd:"" help:"Answer the text that is before the members."`
	Adopt         councilAdopt    `cmd:"" help:"Adopt the text where the rule is met (chair)."`
}

// atNode is which node a council command speaks to, and for whom.
type atNode struct {
	Node   string `default:"http://127.0.0.1:8080" help:"Address of the node's page."`
	As     string `help:"Member, where several nodes answer at one address."`
	Person string `help:"Who acts."`
}

const nodeTimeout = 20 * time.Second

// call asks the node's API and returns its JSON answer.
func (n atNode) call(ctx context.Context, method, path string, in any) (json.RawMessage, error) {
	u, err := url.Parse(n.Node)
	if err != nil {
		return nil, fmt.Errorf("reading --node: %w", err)
	}
	u = u.JoinPath("/api", path)
	if n.As != "" {
		u.RawQuery = url.Values{"as": {n.As}}.Encode()
	}
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return nil, fmt.Errorf("asking the node: %w", err)
		}
		body = bytes.NewReader(b)
	}
	ctx, cancel := context.WithTimeout(ctx, nodeTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, u.String(), body)
	if err != nil {
		return nil, fmt.Errorf("asking the node: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Origin", u.Scheme+"://"+u.Host)
	if n.Person != "" {
		req.Header.Set("X-Entente-Person", n.Person)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("asking the node: %w; is it running, and is --node right?", err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, 64<<20))
	if err != nil {
		return nil, fmt.Errorf("reading the node's answer: %w", err)
	}
	if res.StatusCode >= http.StatusBadRequest {
		return nil, refusedBy(res.Status, answer)
	}
	return answer, nil
}

// refusedBy makes an error of a problem document (RFC 9457).
func refusedBy(status string, answer []byte) error {
	var p struct{ Title, Detail string }
	if json.Unmarshal(answer, &p) == nil && p.Detail != "" {
		return fmt.Errorf("the node refused: %s", p.Detail)
	}
	return fmt.Errorf("the node answered %s", status)
}

type councilList struct {
	atNode
}

func (councilList) Help() string {
	return "Example: entente council obligations --as TJK\n\nPrints JSON."
}

func (c councilList) Run(ctx context.Context, std streams, what listed) error {
	answer, err := c.call(ctx, http.MethodGet, string(what), nil)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, answer, "", " "); err != nil {
		return fmt.Errorf("reading the node's answer: %w", err)
	}
	_, err = fmt.Fprintln(std.out, out.String())
	return err
}

// listed is the name of the list command, which is also its path in the API.
type listed string

type councilOpen struct {
	atNode
	Body     string `arg:"" help:"Body of the organisation, e.g. csc."`
	Question string `arg:"" help:"The question."`
	Alert    string `help:"Alert it arises from; its evidence goes along."`
}

func (councilOpen) Help() string {
	return "Example: entente council open csc \"Unidentified aircraft from the south\" --as TJK --person \"Delegate of Tajikistan\""
}

func (c councilOpen) Run(ctx context.Context, std streams) error {
	return c.post(ctx, std, "consultations", map[string]string{"body": c.Body, "question": c.Question, "alert": c.Alert})
}

// post sends an act and prints the name of what it made.
func (n atNode) post(ctx context.Context, std streams, path string, in any) error {
	answer, err := n.call(ctx, http.MethodPost, path, in)
	if err != nil {
		return err
	}
	var done struct{ ID string }
	if err := json.Unmarshal(answer, &done); err != nil {
		return fmt.Errorf("reading the node's answer: %w", err)
	}
	_, err = fmt.Fprintln(std.out, done.ID)
	return err
}

type councilTable struct {
	atNode
	Consultation string `arg:"" help:"Its ID."`
	Title        string `arg:"" help:"Title of the text."`
	Text         string `arg:"" help:"The text; - reads it from standard input."`
	Matter       string `help:"What it is about, by the organisation's words; default: the first of them."`
}

func (councilTable) Help() string {
	return "Example: entente council table 83f1… \"A radar for the south\" - --as BLR --person \"Delegate of Belarus\" < text.txt\n\n" +
		"Prints the hash that positions and the adoption name; nothing while the act is on its way to the sequencer."
}

func (c councilTable) Run(ctx context.Context, std streams) error {
	if c.Text == "-" {
		b, err := io.ReadAll(io.LimitReader(std.in, 1<<20))
		if err != nil {
			return fmt.Errorf("reading the text: %w", err)
		}
		c.Text = string(b)
	}
	return c.post(ctx, std, "consultations/"+url.PathEscape(c.Consultation)+"/texts",
		map[string]string{"title": c.Title, "text": c.Text, "matter": c.Matter})
}

type councilPosition struct {
	atNode
	Consultation string `arg:"" help:"Its ID."`
	Stance       string `arg:"" enum:"agree,agree_with_reservation,abstain,object,not_participating" help:"agree, agree_with_reservation, abstain, object or not_participating."`
	Text         string `required:"" placeholder:"HASH" help:"Hash of the version answered, as 'consultations' shows it."`
	Statement    string `help:"Wanted with a reservation or an objection."`
}

func (councilPosition) Help() string {
	return "Example: entente council position c-41 agree --text 9f2c… --as KAZ --person \"Delegate of Kazakhstan\""
}

func (c councilPosition) Run(ctx context.Context, std streams) error {
	return c.post(ctx, std, "consultations/"+url.PathEscape(c.Consultation)+"/positions",
		map[string]string{"stance": c.Stance, "text": c.Text, "statement": c.Statement})
}

type councilAdopt struct {
	atNode
	Consultation string `arg:"" help:"Its ID."`
	Text         string `required:"" placeholder:"HASH" help:"Hash of the version adopted."`
	Number       string `help:"As the organisation numbers it."`
}

func (councilAdopt) Help() string {
	return "Example: entente council adopt c-41 --text 9f2c… --as BLR --person \"Delegate of Belarus\""
}

func (c councilAdopt) Run(ctx context.Context, std streams) error {
	return c.post(ctx, std, "consultations/"+url.PathEscape(c.Consultation)+"/adoption", map[string]string{"text": c.Text, "number": c.Number})
}
