package council

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/goccy/go-yaml"

	"entente"
)

const minsk = "organisations/minsk-2023.yaml"

// MinskSession returns the acts of the Minsk session of 23 November 2023 and of the joint meeting the day before, unsigned
// and in order, for the organisation that [CSTO] returns. What is fact and what is invented stands in the script.
func MinskSession() []entente.Act {
	b, err := organisations.ReadFile(minsk)
	if err != nil {
		panic("council: " + err.Error()) // embedded
	}
	acts, err := ParseScript(minsk, b, CSTO())
	if err != nil {
		panic("council: " + err.Error()) // proved by a test
	}
	return acts
}

// step is one act of a script.
type step struct {
	Kind   string
	Member entente.MemberID
	Person string
	Body   string
	Time   entente.Instant
	Data   map[string]any
}

// ParseScript reads a list of acts in YAML and proves it by playing it. An act that quotes a text without giving its hash
// quotes the current one. Member log numbers are left for the node.
func ParseScript(source string, text []byte, org *entente.Organisation) ([]entente.Act, error) {
	if len(text) > maxFile {
		return nil, &entente.Error{Kind: entente.TooLarge, Source: source, Offset: -1, Reason: fmt.Sprintf("file: %d bytes, at most %d", len(text), maxFile)}
	}
	lines, err := outline(source, text)
	if err != nil {
		return nil, err
	}
	var steps []step
	if err := yaml.UnmarshalWithOptions(text, &steps, yaml.Strict(), yaml.CustomUnmarshaler(readInstant)); err != nil {
		return nil, lines.locate(yamlError(source, err), err)
	}
	s := New(org)
	acts := make([]entente.Act, 0, len(steps))
	for i, st := range steps {
		a, err := st.act(s)
		if err == nil {
			err = s.Apply(uint64(i+1), scriptID(a), a)
		}
		if err != nil {
			return nil, &entente.Error{Kind: entente.Malformed, Source: source, Offset: lines.of(fmt.Sprintf("$[%d]", i)), Reason: err.Error()}
		}
		acts = append(acts, a)
	}
	return acts, nil
}

func (st step) act(s *State) (entente.Act, error) {
	if hash, ok := s.quoted(st.Kind, st.Data); ok {
		st.Data["text"] = hash
	}
	b, err := json.Marshal(st.Data)
	if err != nil {
		return entente.Act{}, fmt.Errorf("writing act %s: %w", st.Kind, err)
	}
	return entente.Act{Kind: st.Kind, Member: st.Member, Person: st.Person, Body: st.Body, Time: st.Time, Data: b}, nil
}

// quoted returns the hash that an act without one is to quote.
func (s *State) quoted(kind string, data map[string]any) (string, bool) {
	if data["text"] != nil {
		return "", false
	}
	switch kind {
	case TextAcknowledge{}.Kind(), PositionTake{}.Kind(), DecisionAdopt{}.Kind():
		id, _ := data["consultation"].(string)
		if c, ok := s.consultations.byID[id]; ok {
			text, ok := c.Current()
			return text.Hash, ok
		}
	case DecisionAccede{}.Kind():
		id, _ := data["decision"].(string)
		if d, ok := s.decisions.byID[id]; ok {
			return d.Text.Hash, true
		}
	}
	return "", false
}

// scriptID names an unsigned act while its script is proved.
func scriptID(a entente.Act) string {
	b, err := json.Marshal(a)
	if err != nil {
		return ""
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}
