package watch

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entente"
)

var update = flag.Bool("update", false, "rewrite golden files")

// TestInventedArticles reads articles of fictional states and compares the proposals and questions, in short form,
// with the golden files beside them.
func TestInventedArticles(t *testing.T) {
	files, err := filepath.Glob("testdata/articles/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no articles: %v", err)
	}
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			rep, ps, qs, err := NewReader(fiction(t)).Read(Source{Name: f, Bytes: text}, fictionDay)
			if err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			for _, p := range ps {
				for k, sp := range p.Spans {
					if rep.Text[sp.From:sp.To] != p.Evidence[k] {
						t.Errorf("span %v is not %q", sp, p.Evidence[k])
					}
				}
				j, err := json.Marshal(p.Event)
				if err != nil {
					t.Fatal(err)
				}
				fmt.Fprintf(&b, "%s\n  %s\n", j, p.Rule)
				for _, e := range p.Evidence {
					fmt.Fprintf(&b, "  %q\n", e)
				}
			}
			for _, q := range qs {
				fmt.Fprintf(&b, "? %s %q (%s)\n", q.Kind, q.Text, q.Hint)
			}
			for _, q := range rep.Quotes {
				fmt.Fprintf(&b, "quote %q by %q\n", rep.Text[q.From:q.To], q.Speaker)
			}
			golden := strings.TrimSuffix(f, ".txt") + ".golden"
			got := strings.ReplaceAll(b.String(), rep.ID[:12], "REPORT")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("differs from %s; look, then run with -update:\n%s", golden, got)
			}
		})
	}
}

// TestNothing holds the hardest promise apart from the golden files: hypothetical, conditional, habitual and generic
// sentences, questions and demands yield no event.
func TestNothing(t *testing.T) {
	text, err := os.ReadFile("testdata/articles/nothing.txt")
	if err != nil {
		t.Fatal(err)
	}
	ps, _ := readText(t, string(text))
	for _, p := range ps {
		t.Errorf("%s %s from %q (%s)", p.Type, p.Modality, p.Evidence, p.Rule)
	}
}

// TestModality holds one sentence per way of putting an event.
func TestModality(t *testing.T) {
	for _, c := range []struct {
		text string
		typ  entente.EventType
		want entente.Modality
		by   string
	}{
		{"Ruritania supplied Arnor with four tanks.", entente.EventSupply, entente.ModalityAsserted, ""},
		{"Elphberg said that Ruritania had supplied Arnor with four tanks.", entente.EventSupply, entente.ModalityReportedClaim, "Rudolf Elphberg"},
		{"Ruritania supplied Arnor with four tanks, Elphberg said.", entente.EventSupply, entente.ModalityReportedClaim, "Rudolf Elphberg"},
		{"According to the Arnorian Foreign Ministry, Ruritania supplied Arnor with four tanks.", entente.EventSupply, entente.ModalityReportedClaim, "Arnorian Foreign Ministry"},
		{"Ruritania reportedly supplied Arnor with four tanks.", entente.EventSupply, entente.ModalityReportedClaim, ""},
		{"Ruritania will supply Arnor with four tanks.", entente.EventSupply, entente.ModalityPlanned, ""},
		{"Ruritania plans to supply Arnor with four tanks.", entente.EventSupply, entente.ModalityPlanned, ""},
		{"Ruritania is expected to supply Arnor with four tanks.", entente.EventSupply, entente.ModalityPlanned, ""},
		{"Ruritania did not supply Arnor with tanks.", entente.EventSupply, entente.ModalityDenied, ""},
		{"Ruritania hasn't supplied Arnor with tanks.", entente.EventSupply, entente.ModalityDenied, ""},
		{"Elphberg denied that Ruritania had supplied Arnor with tanks.", entente.EventSupply, entente.ModalityDenied, "Rudolf Elphberg"},
		{"Ruritania denied supplying Arnor with tanks.", entente.EventSupply, entente.ModalityDenied, "RUR"},
		{"Elphberg rejected claims that Ruritania had supplied Arnor with tanks.", entente.EventSupply, entente.ModalityDenied, "Rudolf Elphberg"},
		{"Ruritania suspended the delivery of tanks to Arnor.", entente.EventSupply, entente.ModalityCancelled, ""},
		{"The Northern Pact summit in Strelsau was postponed.", entente.EventMeeting, entente.ModalityCancelled, ""},
		{"The Northern Pact summit will be held in Strelsau.", entente.EventMeeting, entente.ModalityPlanned, ""},
		{"The Northern Pact summit was held in Strelsau.", entente.EventMeeting, entente.ModalityAsserted, ""},
		{"The Northern Pact summit was not held in Strelsau.", entente.EventMeeting, entente.ModalityDenied, ""},
		{"Krasny called off his visit to Strelsau.", entente.EventVisit, entente.ModalityCancelled, ""},
		{"Krasny is due to visit Strelsau on Friday.", entente.EventVisit, entente.ModalityPlanned, ""},
		{"Krasny did not visit Strelsau.", entente.EventVisit, entente.ModalityDenied, ""},
		{"Krasny visits Strelsau on 20 May 2031.", entente.EventVisit, entente.ModalityPlanned, ""},
	} {
		t.Run(c.text, func(t *testing.T) {
			ps, _ := readText(t, c.text)
			var got []entente.Proposal
			for _, p := range ps {
				if p.Type == c.typ {
					got = append(got, p)
				}
			}
			if len(got) != 1 || got[0].Modality != c.want || got[0].SaidBy != c.by {
				t.Fatalf("got %+v, want one %s %s said by %q", ps, c.typ, c.want, c.by)
			}
		})
	}
}

// TestRefusalIsNoDenial: rejecting an offer says nothing of what is so.
func TestRefusalIsNoDenial(t *testing.T) {
	for text, want := range map[string]entente.EventType{
		"Krasny denied any involvement.":                                              entente.EventDenial,
		"Krasny rejected accusations of cheating.":                                    entente.EventDenial,
		"Krasny rejected an offer to host a summit.":                                  "",
		"Arnor denied entry to all reporters.":                                        "",
		"Arnor would deny entry to the rebels.":                                       "",
		"Brand and a group of deputies came, the first delegation to visit Strelsau.": "",
	} {
		ps, _ := readText(t, text)
		if want == "" && len(ps) > 0 || want != "" && (len(ps) != 1 || ps[0].Type != want) {
			t.Errorf("%q: %+v", text, ps)
		}
	}
}

// TestAttendance holds the worst error there is: losing the "not".
func TestAttendance(t *testing.T) {
	for _, c := range []struct {
		text string
		want entente.AttendanceStatus
	}{
		{"Krasny attended the summit in Strelsau.", entente.AttendanceAttends},
		{"Krasny will attend the summit in Strelsau.", entente.AttendanceWillAttend},
		{"Krasny is set to take part in the summit.", entente.AttendanceWillAttend},
		{"Krasny did not attend the summit.", entente.AttendanceAbsent},
		{"Krasny didn't attend the summit.", entente.AttendanceAbsent},
		{"Krasny won't attend the summit.", entente.AttendanceAbsent},
		{"Krasny will not be attending the summit.", entente.AttendanceAbsent},
		{"Krasny is not expected to attend the summit.", entente.AttendanceAbsent},
		{"Krasny refused to attend the summit.", entente.AttendanceAbsent},
		{"Krasny declined to take part in the summit.", entente.AttendanceAbsent},
		{"Krasny decided not to attend the summit.", entente.AttendanceAbsent},
		{"Krasny skipped the summit.", entente.AttendanceAbsent},
		{"Krasny was absent from the summit.", entente.AttendanceAbsent},
		{"Krasny did not skip the summit.", entente.AttendanceAttends},
		{"The summit will not include Krasny.", entente.AttendanceAbsent},
		{"The summit opened in Strelsau without Krasny.", entente.AttendanceAbsent},
		{"The summit was held in Strelsau in the absence of Krasny.", entente.AttendanceAbsent},
		{"Krasny was represented at the summit by Ada Brand.", entente.AttendanceByDeputy},
		{"Krasny joined the summit via video link.", entente.AttendanceRemote},
		{"Krasny hosted the summit.", entente.AttendanceHost},
		{"The summit was hosted by Krasny.", entente.AttendanceHost},
		{"Arnor's President Milo Krasny, who skipped the last summit, will attend the summit in Strelsau.", entente.AttendanceWillAttend},
		{"Krasny was to attend the summit. Krasny will not attend the summit.", entente.AttendanceAbsent},
	} {
		t.Run(c.text, func(t *testing.T) {
			ps, _ := readText(t, c.text)
			var got []entente.AttendanceStatus
			for _, p := range ps {
				for _, a := range p.Attendance {
					if a.Person == "Milo Krasny" {
						got = append(got, a.Status)
					}
				}
			}
			if len(got) == 0 || got[len(got)-1] != c.want {
				t.Fatalf("got %v, want %s: %+v", got, c.want, ps)
			}
		})
	}
}

// TestUnknownNamesAreAsked: a name that the register does not hold is queued with what the text says of it.
func TestUnknownNamesAreAsked(t *testing.T) {
	ps, qs := readText(t, "Ruritanian Foreign Minister Hugo Strakencz met Krasny in Bree on 12 May. Strakencz then left. President Rudolf Elphberg of Arnor stayed away.")
	if len(ps) != 1 || ps[0].Name != "Strakencz-Krasny talks" || ps[0].Place != "Bree" {
		t.Errorf("proposals: %+v", ps)
	}
	if len(qs) != 2 || qs[0].Kind != AskPerson || qs[0].Text != "Hugo Strakencz" || qs[0].Hint != "Foreign Minister, RUR" {
		t.Errorf("questions: %+v", qs)
	}
	if qs[1].Kind != AskOffice || !strings.Contains(qs[1].Hint, "RUR") {
		t.Errorf("an office that the register gives otherwise is not asked: %+v", qs[1])
	}
}

// TestHostileText: texts built to cost much are read in bounded time, or refused with what was found before.
func TestHostileText(t *testing.T) {
	for name, text := range map[string]string{
		"one sentence":  strings.Repeat("Ruritania supplied Arnor with tanks and ", 1_500),
		"many events":   strings.Repeat("Ruritania supplied Arnor with tanks. The summit opened in Bree without Krasny. ", 800),
		"quotes":        strings.Repeat("\" said that ", 4_000),
		"commas":        strings.Repeat("Krasny, ", 6_000),
		"unknown names": strings.Repeat("he met Xaver Yolk Zed ", 2_000),
		"to be to be":   strings.Repeat("is to be set to ", 3_000),
		"one word":      strings.Repeat("x", MaxText-1),
	} {
		start := time.Now()
		_, ps, qs, err := NewReader(fiction(t)).Read(Source{Name: name, Media: "text/plain", Bytes: []byte(text)}, fictionDay)
		took := time.Since(start)
		if took > 20*time.Second || len(qs) > MaxQuestions || len(ps) > MaxProposals+100 {
			t.Errorf("%s: %d proposals, %d questions in %v", name, len(ps), len(qs), took)
		}
		var e *entente.Error
		if err != nil && !errors.As(err, &e) {
			t.Errorf("%s: %v", name, err)
		}
		t.Logf("%s: %d proposals in %v, %v", name, len(ps), took, err)
	}
}

// TestNamesakes: a surname of the register after another forename is another person, and asked for.
func TestNamesakes(t *testing.T) {
	for _, text := range []string{"Prime Minister Ivo Krasny visited Strelsau.", "Ivo Krasny visited Strelsau.", "On Monday Ivo Krasny visited Strelsau."} {
		ps, qs := readText(t, text)
		for _, p := range ps {
			if p.Actor == "Milo Krasny" {
				t.Errorf("%q: read as %s", text, p.Actor)
			}
		}
		if len(qs) != 1 || qs[0].Text != "Ivo Krasny" {
			t.Errorf("%q: questions %+v", text, qs)
		}
	}
}

// TestSameTextSameProposals: reading is a pure function.
func TestSameTextSameProposals(t *testing.T) {
	text, err := os.ReadFile("testdata/articles/absence.txt")
	if err != nil {
		t.Fatal(err)
	}
	a, _ := readText(t, string(text))
	for range 5 {
		b, _ := readText(t, string(text))
		x, _ := json.Marshal(a)
		y, _ := json.Marshal(b)
		if !bytes.Equal(x, y) {
			t.Fatal("the same text gave other proposals")
		}
	}
}
