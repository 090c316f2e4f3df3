package watch

import "testing"

// TestDates reads forms against publication on Wednesday 2031-05-14, in past and in future tense.
func TestDates(t *testing.T) {
	for _, c := range []struct{ text, past, future, precision string }{
		{"2023-11-23", "2023-11-23", "2023-11-23", "day"},
		{"23.11.2023", "2023-11-23", "2023-11-23", "day"},
		{"23 November 2023", "2023-11-23", "2023-11-23", "day"},
		{"23rd of November 2023", "2023-11-23", "2023-11-23", "day"},
		{"November 23, 2023", "2023-11-23", "2023-11-23", "day"},
		{"Nov. 23, 2023", "2023-11-23", "2023-11-23", "day"},
		{"5-9 May 2031", "2031-05-05", "2031-05-05", "day"},
		{"5 to 9 May", "2031-05-05", "2032-05-05", "day"},
		{"13 May", "2031-05-13", "2032-05-13", "day"},
		{"14 May", "2031-05-14", "2031-05-14", "day"},
		{"May 20", "2030-05-20", "2031-05-20", "day"},
		{"29 February", "2028-02-29", "2032-02-29", "day"},
		{"29 February 2028", "2028-02-29", "2028-02-29", "day"},
		{"29 February 2031", "", "", "impossible"},
		{"31 April", "", "", "impossible"},
		{"31.06.2031", "", "", "impossible"},
		{"2031-13-01", "", "", "impossible"},
		{"Wednesday", "2031-05-14", "2031-05-14", "day"},
		{"Thursday", "2031-05-08", "2031-05-15", "day"},
		{"last Wednesday", "2031-05-07", "2031-05-07", "day"},
		{"next Wednesday", "2031-05-21", "2031-05-21", "day"},
		{"today", "2031-05-14", "2031-05-14", "day"},
		{"yesterday", "2031-05-13", "2031-05-13", "day"},
		{"tomorrow", "2031-05-15", "2031-05-15", "day"},
		{"last week", "2031-05-05", "2031-05-05", "week"},
		{"next week", "2031-05-19", "2031-05-19", "week"},
		{"this month", "2031-05-01", "2031-05-01", "month"},
		{"last month", "2031-04-01", "2031-04-01", "month"},
		{"next year", "2032-01-01", "2032-01-01", "year"},
		{"November", "2030-11-01", "2031-11-01", "month"},
		{"November 2023", "2023-11-01", "2023-11-01", "month"},
		{"in 2029", "", "", ""},
		{"2029", "2029-01-01", "2029-01-01", "year"},
		{"year-end", "2031-12-31", "2031-12-31", "year_end"},
		{"the end of the year", "2031-12-31", "2031-12-31", "year_end"},
		{"the end of next year", "2032-12-31", "2032-12-31", "year_end"},
		{"the end of 2033", "2033-12-31", "2033-12-31", "year_end"},
		{"the end of June", "2031-06-30", "2031-06-30", "month_end"},
		{"the end of February 2032", "2032-02-29", "2032-02-29", "month_end"},
		{"three days ago", "2031-05-11", "2031-05-11", "day"},
		{"two weeks ago", "2031-04-30", "2031-04-30", "week"},
		{"a month ago", "2031-04-01", "2031-04-01", "month"},
		{"in three days", "2031-05-17", "2031-05-17", "day"},
		{"the first quarter of 2032", "", "", ""},
		{"first quarter of 2032", "2032-01-01", "2032-01-01", "quarter"},
		{"recently", "", "", "recent_before_publication"},
		{"may", "", "", ""}, {"march", "", "", ""}, {"second", "", "", ""}, {"2031 tanks", "", "", ""}, {"12", "", "", ""}, {"99 May", "", "", "impossible"},
	} {
		w, n, ok := dateAt(tokenise(c.text, 0), fictionDay)
		if ok != (c.precision != "") || w.past != c.past || w.future != c.future || w.precision != c.precision {
			t.Errorf("%q: %+v over %d tokens, want %+v", c.text, w, n, c)
		}
	}
}

// TestDatesWithoutPublication: absolute dates stand, relative ones stay open.
func TestDatesWithoutPublication(t *testing.T) {
	for text, want := range map[string]string{"23 November 2023": "2023-11-23", "Thursday": "", "13 May": "", "tomorrow": "", "year-end": "", "three days ago": "", "November": "", "next week": "", "the end of June": ""} {
		if w, _, ok := dateAt(tokenise(text, 0), 0); !ok || w.past != want || w.future != want {
			t.Errorf("%q: %+v, %v", text, w, ok)
		}
	}
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		text string
		want float64
		n    int
	}{
		{"two", 2, 1}, {"twenty-five", 25, 1}, {"1,200", 1200, 1}, {"1200", 1200, 1}, {"2.5 million", 2.5e6, 2}, {"two hundred", 200, 2},
		{"two hundred and ten", 210, 4}, {"three thousand five hundred", 3500, 4}, {"a dozen", 12, 2}, {"a hundred", 100, 2}, {"eight launchers", 8, 1},
		{"two and three", 2, 1}, {"12,34", 0, 0}, {"dozens", 0, 0}, {"several", 0, 0}, {"a tank", 0, 0}, {"1,2000", 0, 0}, {"", 0, 0},
	} {
		v, n, ok := numberAt(tokenise(c.text, 0))
		if ok != (c.n > 0) || v != c.want || n != c.n {
			t.Errorf("%q: %v over %d tokens, %v", c.text, v, n, ok)
		}
	}
}

func TestVerbForms(t *testing.T) {
	l := DefaultRules().lexicon
	for lemma, want := range map[string][]string{
		"supply": {"supplies", "supplied", "supplying"}, "meet": {"meets", "met", "meeting"}, "hold": {"holds", "held", "holding"},
		"cancel": {"cancels", "cancelled", "cancelling"}, "visit": {"visits", "visited", "visiting"}, "ship": {"ships", "shipped", "shipping"},
		"host": {"hosts", "hosted", "hosting"}, "seize": {"seizes", "seized", "seizing"}, "organi" + "ze": {"organi" + "zed", "organised"},
		"deny": {"denies", "denied", "denying"}, "attack": {"attacks", "attacked"}, "transfer": {"transferred"}, "open": {"opened", "opening"},
	} {
		forms := l.forms(lemma)
		for _, w := range want {
			if len(forms[w]) == 0 {
				t.Errorf("%s lacks %q: %v", lemma, w, forms)
			}
		}
	}
}

func TestRegisterKnowsDates(t *testing.T) {
	r := DefaultRegister()
	for _, c := range []struct{ office, of, day, want string }{
		{"Defence Minister", "RUS", "2023-11-23", "Sergei Shoigu"},
		{"Defence Minister", "RUS", "2024-06-01", "Andrei Belousov"},
		{"Secretary General", "CSTO", "2022-06-01", "Stanislav Zas"},
		{"Secretary General", "CSTO", "2023-11-23", "Imangali Tasmagambetov"},
		{"President", "KAZ", "2018-01-01", "Nursultan Nazarbayev"},
		{"President", "KAZ", "2019-03-20", "Kassym-Jomart Tokayev"},
		{"President", "KAZ", "1980-01-01", ""},
		{"President", "", "2023-11-23", ""},
	} {
		if got, _ := r.Holder(c.office, c.of, c.day); got != c.want {
			t.Errorf("%s of %s on %s: %q, want %q", c.office, c.of, c.day, got, c.want)
		}
	}
	if m := r.Members("CSTO", "2023-11-23"); len(m) != 6 {
		t.Errorf("members of the CSTO: %v", m)
	}
	if m := r.Members("CSTO", "2010-01-01"); len(m) != 7 {
		t.Errorf("members of the CSTO in 2010: %v", m)
	}
	for _, spelling := range []string{"Kasym-Zhomart Tokayev", "Tokayev", "TOKAYEV", "Aliaksandr Lukashenka", "Türkiye", "Turkiye", "Sadyr Japarov"} {
		if n, l := r.names.longest(tokenise(spelling, 0), "2023-11-23"); l == 0 || n.id == "" {
			t.Errorf("%q is not found", spelling)
		}
	}
	if _, l := r.names.longest(tokenise("us", 0), ""); l != 0 {
		t.Error("the pronoun us is read as a state")
	}
}

func TestRegisterIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"state twice":       "states: [{id: A, name: A}, {id: A, name: B}]",
		"no id":             "states: [{name: A}]",
		"bad date":          "states: [{id: A, name: A, from: 2031-02-30}]",
		"backward dates":    "states: [{id: A, name: A, from: 2031-02-01, until: 2030-01-01}]",
		"foreign member":    "organisations: [{id: O, name: O, members: [{state: X}]}]",
		"office of nowhere": "persons: [{name: P, held: [{office: President, state: X}]}]",
		"person twice":      "persons: [{name: P}, {name: P}]",
		"unknown key":       "states: [{id: A, name: A, army: big}]",
		"not yaml":          "states: [",
	} {
		if _, err := ParseRegister("r.yaml", []byte(text)); err == nil {
			t.Errorf("%s: accepted", name)
		} else if !refusal(err) {
			t.Errorf("%s: %T", name, err)
		}
	}
	if _, err := ParseRegister("r.yaml", make([]byte, MaxRegister+1)); err == nil {
		t.Error("a huge register was read")
	}
}

func TestRegisterExtends(t *testing.T) {
	more, err := ParseRegister("more.yaml", []byte("persons: [{name: Vladimir Putin, aliases: [Putin], held: [{office: Mayor}]}, {name: Jane Roe}]\nstates: [{id: RUR, name: Ruritania}]"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := DefaultRegister().Extend(more)
	if err != nil {
		t.Fatal(err)
	}
	if o, ok := r.Office("Vladimir Putin", "2023-11-23"); !ok || o.Office != "Mayor" {
		t.Errorf("a replaced person: %+v", o)
	}
	if o, _ := DefaultRegister().Office("Vladimir Putin", "2023-11-23"); o.Office != "President" {
		t.Error("extending changed the original")
	}
	if r.states["RUR"] == nil || r.states["BLR"] == nil || r.byName["Jane Roe"] == nil {
		t.Error("entries are missing")
	}
}
