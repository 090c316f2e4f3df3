package watch

import (
	"bytes"
	"math"
	"strings"
	"testing"
)

func readGED(t testing.TB, text string) ([]GEDEvent, Imported, error) {
	t.Helper()
	var es []GEDEvent
	in, err := ReadGED("ged", strings.NewReader(text), func(e GEDEvent) { es = append(es, e) })
	return es, in, err
}

// TestReadGEDShapes reads the real shapes of the data set: 49 columns, 42, the HXL variant, and without a header.
func TestReadGEDShapes(t *testing.T) {
	for _, c := range []struct {
		file string
		rows int
	}{{"GEDEvent_v23_0_10_half.csv", 1198}, {"ged191_excerpt.csv", 0}, {"hdx_conflict_data_BGD_hxl.csv", 0}} {
		b := shared(t, "ucdp_ged/"+c.file)
		es, in, err := readGED(t, string(b))
		if err != nil {
			t.Fatalf("%s: %v", c.file, err)
		}
		if in.Refused > 0 || len(es) != in.Rows || c.rows > 0 && in.Rows != c.rows || in.Rows < 500 {
			t.Errorf("%s: %d rows, %d refused: %v", c.file, in.Rows, in.Refused, in.Errors)
		}
		for _, e := range es {
			if e.Country == "" || e.Violence < 1 || e.End == 0 || e.Lat == 0 && e.Lon == 0 {
				t.Fatalf("%s: %+v", c.file, e)
			}
		}
		_, body, _ := bytes.Cut(b, []byte("\n"))
		if !strings.Contains(c.file, "hxl") { // the HXL variant has a column more
			again, _, err := readGED(t, string(body))
			if err != nil || len(again) != len(es) || again[0] != es[0] || again[len(es)-1] != es[len(es)-1] {
				t.Errorf("%s without its header: %d of %d events, %v", c.file, len(again), len(es), err)
			}
		}
	}
}

func TestReadGEDFields(t *testing.T) {
	es, _, err := readGED(t, string(shared(t, "ucdp_ged/GEDEvent_v23_0_10_half.csv")))
	if err != nil {
		t.Fatal(err)
	}
	e := es[0]
	if e.ID != 494209 || e.Violence != 3 || e.SideA != "IS" || e.SideB != "Civilians" || e.Country != "Afghanistan" || e.SourceCount != 12 || e.CountryID != 700 {
		t.Errorf("first event: %+v", e)
	}
	if d := e.Lat * 180 / math.Pi; d < 35 || d > 37 {
		t.Errorf("latitude %v", d)
	}
}

func TestReadGEDPage(t *testing.T) {
	var page, file []GEDEvent
	in, next, err := ReadGEDPage("page", shared(t, "ucdp_ged/api_page_100.json"), func(e GEDEvent) { page = append(page, e) })
	if err != nil || in.Rows != 100 || in.Refused != 0 || next != "" {
		t.Fatalf("%+v, %q, %v", in, next, err)
	}
	file, _, err = readGED(t, string(shared(t, "ucdp_ged/GEDEvent_v23_0_10_half.csv")))
	if err != nil {
		t.Fatal(err)
	}
	byID := map[int64]GEDEvent{}
	for _, e := range file {
		byID[e.ID] = e
	}
	for _, e := range page {
		f := byID[e.ID]
		if e.Best != f.Best || e.End != f.End || e.Country != f.Country || e.Lat != f.Lat || e.Violence != f.Violence {
			t.Fatalf("the page says %+v, the file %+v", e, f)
		}
	}
	for _, bad := range []string{"", "{}", "[]", "{\"TotalCount\":", "null"} {
		if _, _, err := ReadGEDPage("page", []byte(bad), func(GEDEvent) {}); !refusal(err) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

const gedHead = "id,type_of_violence,country,country_id,date_start,date_end,best,low,high,latitude,longitude,source_headline\n"

// TestReadGEDKeepsGoodRows: whatever stands between them, the good rows are read and the bad ones told by line.
func TestReadGEDKeepsGoodRows(t *testing.T) {
	good := "1,1,Arnor,7,2031-05-01,2031-05-02,3,2,4,10.5,20.5,\"multi\nline, \"\"quoted\"\"\"\n"
	for name, bad := range map[string]string{
		"id":            "x,1,Arnor,7,2031-05-01,2031-05-02,3,2,4,10,20,h\n",
		"violence":      "2,9,Arnor,7,2031-05-01,2031-05-02,3,2,4,10,20,h\n",
		"deaths":        "2,1,Arnor,7,2031-05-01,2031-05-02,many,2,4,10,20,h\n",
		"negative":      "2,1,Arnor,7,2031-05-01,2031-05-02,-3,2,4,10,20,h\n",
		"date":          "2,1,Arnor,7,2031-02-01,2031-02-30,3,2,4,10,20,h\n",
		"backward":      "2,1,Arnor,7,2031-05-03,2031-05-02,3,2,4,10,20,h\n",
		"position":      "2,1,Arnor,7,2031-05-01,2031-05-02,3,2,4,100,20,h\n",
		"nan":           "2,1,Arnor,7,2031-05-01,2031-05-02,3,2,4,NaN,20,h\n",
		"short":         "2,1\n",
		"noise":         "\x00\xff\xfe;;;\n",
		"unclosed mark": "2,1,Arnor,7,2031-05-01,2031-05-02,3,2,4,10,20,\"h\n" + strings.Repeat("3,1,Arnor,7,2031-05-01,2031-05-02,3,2,4,10,20,h\n", 25_000),
	} {
		es, in, err := readGED(t, gedHead+good+bad+good)
		if err != nil || len(es) < 2 || in.Refused < 1 || in.Refused > 2 || es[0] != es[len(es)-1] || in.Errors[0].Offset < 3 {
			t.Errorf("%s: %d events, %+v, %v", name, len(es), in, err)
		}
	}
	es, _, _ := readGED(t, gedHead+good)
	if es[0].Headline != "multi\nline, \"quoted\"" {
		t.Errorf("headline %q", es[0].Headline)
	}
	for _, bad := range []string{"", "a,b,c\n", "1,2,3\n", "<html>"} {
		if _, _, err := readGED(t, bad); !refusal(err) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// TestAddGED: only the asked type of violence is counted, in the month of the event's end.
func TestAddGED(t *testing.T) {
	es, _, err := readGED(t, gedHead+"1,1,Arnor,7,2031-05-31,2031-06-01,3,2,4,1,2,h\n2,2,Arnor,7,2031-06-01,2031-06-02,9,2,9,1,2,h\n3,1,Arnor,7,2031-06-03,2031-06-03,4,2,4,1,2,h\n")
	if err != nil {
		t.Fatal(err)
	}
	var s Series
	for _, e := range es {
		s.AddGED(e, 1)
	}
	if got := s.At(7, MonthOf(2031, 6)); got != 7 || s.At(7, MonthOf(2031, 5)) != 0 || len(s.Countries) != 1 {
		t.Errorf("June: %v, series %+v", got, s.Countries)
	}
}

func FuzzReadGED(f *testing.F) {
	f.Add([]byte(gedHead + "1,1,Arnor,7,2031-05-01,2031-05-02,3,2,4,10.5,20.5,\"a\nb\"\n"))
	f.Add([]byte("1,\"\n\"\"\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		rows := 0
		in, err := ReadGED("f", bytes.NewReader(b), func(e GEDEvent) {
			rows++
			if e.Violence < 1 || e.Violence > 3 || e.Best < 0 || e.End < e.Start || !(math.Abs(e.Lat) <= math.Pi/2) {
				t.Fatalf("%+v", e)
			}
		})
		if rows != in.Rows || len(in.Errors) > maxImportErrors || err != nil && !refusal(err) {
			t.Fatalf("%+v, %v", in, err)
		}
	})
}

func FuzzReadSeries(f *testing.F) {
	f.Add(smallSeries)
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ReadSeries("f", strings.NewReader(text), "ged_sb")
		if err != nil && !refusal(err) {
			t.Fatalf("%T %v", err, err)
		}
		if s != nil && len(s.Countries) != len(s.Values) {
			t.Fatal("countries and values differ")
		}
	})
}
