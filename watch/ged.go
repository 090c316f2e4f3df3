package watch

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"entente"
)

// GEDEvent is one row of the UCDP Georeferenced Event Dataset: one lethal event as coded there, never one of ours.
type GEDEvent struct {
	ID           int64           `json:"id"`
	Violence     int             `json:"type_of_violence"` // 1 state-based, 2 non-state, 3 one-sided
	Conflict     string          `json:"conflict_name"`
	Dyad         string          `json:"dyad_name"`
	SideA        string          `json:"side_a"`
	SideB        string          `json:"side_b"`
	Country      string          `json:"country"`
	CountryID    int             `json:"country_id"` // Gleditsch and Ward number
	Region       string          `json:"region"`
	Place        string          `json:"where_coordinates"`
	Adm1         string          `json:"adm_1"`
	Lat          float64         `json:"lat"` // radians
	Lon          float64         `json:"lon"`
	WherePrec    int             `json:"where_prec"` // 1 exact to 7
	DatePrec     int             `json:"date_prec"`  // 1 exact day to 5
	Start        entente.Instant `json:"date_start"`
	End          entente.Instant `json:"date_end"`
	DeathsA      int             `json:"deaths_a"`
	DeathsB      int             `json:"deaths_b"`
	Civilians    int             `json:"deaths_civilians"`
	Unknown      int             `json:"deaths_unknown"`
	Best         int             `json:"best"`
	Low          int             `json:"low"`
	High         int             `json:"high"`
	SourceCount  int             `json:"number_of_sources"` // −1: not counted
	SourceDate   string          `json:"source_date"`
	Headline     string          `json:"source_headline"`
	EventClarity int             `json:"event_clarity"`
}

// Imported counts what an import read and what it refused; Errors holds the first of the refusals.
type Imported struct {
	Rows    int              `json:"rows"`
	Refused int              `json:"refused"`
	Errors  []*entente.Error `json:"errors,omitempty"`
}

// maxRecord bounds one row; a torn quotation mark costs at most this much and the rows after it are read again.
const maxRecord = 1 << 20

// maxImportErrors bounds the refusals that are kept.
const maxImportErrors = 20

// gedHeader49 are the columns of the files since 2020; the candidate files have shipped without a header row.
var gedHeader49 = strings.Split("id,relid,year,active_year,code_status,type_of_violence,conflict_dset_id,conflict_new_id,conflict_name,dyad_dset_id,dyad_new_id,dyad_name,side_a_dset_id,side_a_new_id,side_a,side_b_dset_id,side_b_new_id,side_b,number_of_sources,source_article,source_office,source_date,source_headline,source_original,where_prec,where_coordinates,where_description,adm_1,adm_2,latitude,longitude,geom_wkt,priogrid_gid,country,country_id,region,event_clarity,date_prec,date_start,date_end,deaths_a,deaths_b,deaths_civilians,deaths_unknown,best,high,low,gwnoa,gwnob", ",")

// gedHeader42 are the columns of version 19.1.
var gedHeader42 = strings.Split("id,year,active_year,type_of_violence,conflict_new_id,conflict_name,dyad_new_id,dyad_name,side_a_new_id,gwnoa,side_a,side_b_new_id,gwnob,side_b,number_of_sources,source_article,source_office,source_date,source_headline,source_original,where_prec,where_coordinates,adm_1,adm_2,latitude,longitude,geom_wkt,priogrid_gid,country,country_id,region,event_clarity,date_prec,date_start,date_end,deaths_a,deaths_b,deaths_civilians,deaths_unknown,low,best,high", ",")

// ReadGED reads a GED CSV of any of its shapes (49 or 42 columns by name, the HXL variant with a second row of tags, or
// without a header) and hands each event to each. A row that cannot be read is refused and counted, and the rows
// around it are kept. An error means that nothing could be read.
func ReadGED(name string, r io.Reader, each func(GEDEvent)) (Imported, error) {
	var in Imported
	sc := recordScanner{r: bufio.NewReaderSize(r, 1<<16)}
	var columns map[string]int
	for {
		rec, line, err := sc.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			in.refuse(name, line, err.Error())
			continue
		}
		f, err := fields(rec)
		switch {
		case err != nil:
			in.refuse(name, line, err.Error())
		case len(f) == 1 && strings.TrimSpace(f[0]) == "", hxl(f):
		case columns == nil:
			if columns = gedColumns(f); columns == nil {
				return in, &entente.Error{Kind: entente.Unsupported, Source: name, Offset: int64(line), Reason: fmt.Sprintf("not a GED file: %d columns and no known header", len(f)), Next: "give a UCDP GED CSV with its header row"}
			}
			if _, err := strconv.ParseInt(f[0], 10, 64); err == nil {
				in.take(name, line, f, columns, each)
			}
		default:
			in.take(name, line, f, columns, each)
		}
	}
	if columns == nil {
		return in, &entente.Error{Kind: entente.Malformed, Source: name, Offset: 0, Reason: "the file is empty", Next: "fetch it again"}
	}
	return in, nil
}

func (in *Imported) refuse(name string, line int, reason string) {
	in.Refused++
	if len(in.Errors) < maxImportErrors {
		in.Errors = append(in.Errors, &entente.Error{Kind: entente.Malformed, Source: name, Offset: int64(line), Reason: reason, Next: "correct the row; the others were read"})
	}
}

func (in *Imported) take(name string, line int, f []string, columns map[string]int, each func(GEDEvent)) {
	e, err := gedEvent(func(column string) string {
		if k, ok := columns[column]; ok && k < len(f) {
			return strings.TrimSpace(f[k])
		}
		return ""
	})
	if err != nil {
		in.refuse(name, line, err.Error())
		return
	}
	in.Rows++
	each(e)
}

// fields parses one CSV record; a quotation mark inside an unquoted field is taken as it stands.
func fields(rec string) ([]string, error) {
	r := csv.NewReader(strings.NewReader(rec))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	return r.Read()
}

// hxl says whether a row holds HXL tags instead of data.
func hxl(f []string) bool {
	for _, x := range f {
		if x != "" {
			return strings.HasPrefix(x, "#")
		}
	}
	return false
}

// gedColumns maps column names to places: from a header, or from the width of a headerless row.
func gedColumns(f []string) map[string]int {
	head := f
	if _, err := strconv.ParseInt(f[0], 10, 64); err == nil {
		switch len(f) {
		case len(gedHeader49):
			head = gedHeader49
		case len(gedHeader42):
			head = gedHeader42
		default:
			return nil
		}
	}
	m := map[string]int{}
	for k, n := range head {
		m[strings.ToLower(strings.TrimSpace(strings.TrimPrefix(n, "\ufeff")))] = k
	}
	for _, must := range []string{"id", "type_of_violence", "country", "date_end", "best"} {
		if _, ok := m[must]; !ok {
			return nil
		}
	}
	return m
}

// gedEvent builds an event from named values; what must be there is checked, what may be missing stays zero.
func gedEvent(get func(string) string) (GEDEvent, error) {
	e := GEDEvent{
		Conflict: get("conflict_name"), Dyad: get("dyad_name"), SideA: get("side_a"), SideB: get("side_b"), Country: get("country"),
		Region: get("region"), Place: get("where_coordinates"), Adm1: get("adm_1"), SourceDate: get("source_date"), Headline: get("source_headline"),
	}
	var err error
	if e.ID, err = strconv.ParseInt(get("id"), 10, 64); err != nil {
		return e, fmt.Errorf("id %q is not a number", get("id"))
	}
	whole := func(column string, into *int, must bool) {
		v := get(column)
		if v == "" && !must || err != nil {
			return
		}
		x, perr := strconv.ParseFloat(v, 64)
		if perr != nil || x != math.Trunc(x) || math.Abs(x) > 1e8 {
			err = fmt.Errorf("%s %q is not a whole number", column, v)
			return
		}
		*into = int(x)
	}
	whole("type_of_violence", &e.Violence, true)
	whole("best", &e.Best, true)
	for column, into := range map[string]*int{
		"low": &e.Low, "high": &e.High, "deaths_a": &e.DeathsA, "deaths_b": &e.DeathsB, "deaths_civilians": &e.Civilians,
		"deaths_unknown": &e.Unknown, "country_id": &e.CountryID, "where_prec": &e.WherePrec, "date_prec": &e.DatePrec,
		"number_of_sources": &e.SourceCount, "event_clarity": &e.EventClarity,
	} {
		whole(column, into, false)
	}
	if err == nil && (e.Violence < 1 || e.Violence > 3 || e.Best < 0 || e.Low < 0 || e.High < 0) {
		err = fmt.Errorf("type of violence %d or deaths %d/%d/%d cannot be", e.Violence, e.Low, e.Best, e.High)
	}
	if err != nil {
		return e, err
	}
	return e, e.whenAndWhere(get)
}

func (e *GEDEvent) whenAndWhere(get func(string) string) error {
	var err error
	if e.End, err = gedDay(get("date_end")); err != nil {
		return err
	}
	if e.Start, err = gedDay(first(get("date_start"), get("date_end"))); err != nil {
		return err
	}
	if e.End < e.Start {
		return fmt.Errorf("the event ends (%s) before it begins (%s)", get("date_end"), get("date_start"))
	}
	lat, lon := get("latitude"), get("longitude")
	if lat == "" && lon == "" {
		return nil
	}
	la, e1 := strconv.ParseFloat(lat, 64)
	lo, e2 := strconv.ParseFloat(lon, 64)
	if e1 != nil || e2 != nil || !(math.Abs(la) <= 90) || !(math.Abs(lo) <= 180) {
		return fmt.Errorf("position %q, %q is not on earth", lat, lon)
	}
	e.Lat, e.Lon = la*math.Pi/180, lo*math.Pi/180
	return nil
}

// gedDay reads 2023-10-13, also with a time of day after it.
func gedDay(s string) (entente.Instant, error) {
	if len(s) > 10 {
		s = s[:10]
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || instant(t) == 0 && t.Unix() != 0 {
		return 0, fmt.Errorf("date %q does not exist", s)
	}
	return instant(t), nil
}

// ReadGEDPage reads one answer of the UCDP API (TotalCount, TotalPages, NextPageUrl, Result). The address of the next
// page is returned as text and fetched by nobody here.
func ReadGEDPage(name string, b []byte, each func(GEDEvent)) (in Imported, next string, err error) {
	if len(b) > 64<<20 {
		return in, "", tooLarge(name, "the page", 64<<20)
	}
	var page struct {
		TotalCount  *int
		NextPageURL string `json:"NextPageUrl"`
		Result      []map[string]json.RawMessage
	}
	if jerr := json.Unmarshal(b, &page); jerr != nil || page.TotalCount == nil {
		return in, "", &entente.Error{Kind: entente.Malformed, Source: name, Offset: -1, Reason: "not an answer of the UCDP API", Next: "save the whole answer"}
	}
	for k, row := range page.Result {
		e, err := gedEvent(func(column string) string {
			raw := row[column]
			var s string
			if json.Unmarshal(raw, &s) == nil {
				return strings.TrimSpace(s)
			}
			if string(raw) == "null" {
				return ""
			}
			return string(raw)
		})
		if err != nil {
			in.refuse(name, k+1, err.Error())
			continue
		}
		in.Rows++
		each(e)
	}
	return in, page.NextPageURL, nil
}

// AddGED adds an event's best estimate to a country's month of the event's end; only the given type of violence counts.
func (s *Series) AddGED(e GEDEvent, violence int) {
	t := e.End.Time()
	m := MonthOf(t.Year(), int(t.Month()))
	if e.Violence != violence || e.CountryID == 0 || m < 1 || m > maxMonths {
		return
	}
	if s.Values == nil {
		s.Values, s.First = map[int][]float64{}, 1
	}
	k := int(m - s.First)
	if k < 0 {
		return
	}
	if _, ok := s.Values[e.CountryID]; !ok {
		s.Countries = append(s.Countries, e.CountryID)
	}
	for len(s.Values[e.CountryID]) <= k {
		s.Values[e.CountryID] = append(s.Values[e.CountryID], 0)
	}
	s.Values[e.CountryID][k] += float64(e.Best)
}
