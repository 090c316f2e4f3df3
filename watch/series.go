package watch

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"entente"
)

// Month numbers months as ViEWS does: 1 is January 1980.
type Month int

// MonthOf returns the number of a calendar month.
func MonthOf(year, month int) Month { return Month((year-1980)*12 + month) }

// String prints the month as 2023-11.
func (m Month) String() string {
	return fmt.Sprintf("%04d-%02d", 1980+(int(m)-1)/12, (int(m)-1)%12+1)
}

// maxCountries and maxMonths bound a series file.
const (
	maxCountries = 2000
	maxMonths    = 2400
)

// Series holds one count a month for every country: deaths of one kind, never of two kinds mixed.
type Series struct {
	First     Month
	Countries []int             // ascending
	Values    map[int][]float64 // by country, from First; missing months are NaN
}

// At returns the value of a country in a month; NaN when there is none.
func (s *Series) At(country int, m Month) float64 {
	v := s.Values[country]
	if k := int(m - s.First); k >= 0 && k < len(v) {
		return v[k]
	}
	return math.NaN()
}

// Last is the last month with any value.
func (s *Series) Last() Month {
	n := 0
	for _, v := range s.Values {
		n = max(n, len(v))
	}
	return s.First + Month(n) - 1
}

// ReadSeries reads a CSV with the columns month_id, country_id and value (by name, any others passed over). Lines that
// cannot be read are refused one by one and counted; the first refusal is returned with the rest of the series.
func ReadSeries(name string, r io.Reader, value string) (*Series, error) {
	sc := bufio.NewScanner(r)
	if !sc.Scan() {
		return nil, &entente.Error{Kind: entente.Malformed, Source: name, Offset: 1, Reason: "the file is empty", Next: "give a CSV with month_id, country_id and " + value}
	}
	head := strings.Split(strings.TrimSpace(sc.Text()), ",")
	cm, cc, cv := slices.Index(head, "month_id"), slices.Index(head, "country_id"), slices.Index(head, value)
	if cm < 0 || cc < 0 || cv < 0 {
		return nil, &entente.Error{Kind: entente.Malformed, Source: name, Offset: 1, Reason: "the header lacks month_id, country_id or " + value, Next: "name the columns so"}
	}
	type cell struct {
		m Month
		v float64
	}
	cells := map[int][]cell{}
	var refused error
	bad, line := 0, 1
	first, last := Month(math.MaxInt32), Month(0)
	for sc.Scan() {
		line++
		f := strings.Split(strings.TrimSpace(sc.Text()), ",")
		m, c, v, err := seriesLine(f, cm, cc, cv)
		if err != nil || len(cells) >= maxCountries && cells[c] == nil {
			if bad++; refused == nil {
				refused = &entente.Error{Kind: entente.Malformed, Source: name, Offset: int64(line), Reason: "not a month, a country and a count", Next: "correct the line; the others were read"}
			}
			continue
		}
		cells[c] = append(cells[c], cell{m, v})
		first, last = min(first, m), max(last, m)
	}
	if err := sc.Err(); err != nil {
		return nil, &entente.Error{Kind: entente.TooLarge, Source: name, Offset: int64(line), Reason: err.Error(), Next: "check the file"}
	}
	s := &Series{First: first, Values: map[int][]float64{}}
	for c, list := range cells {
		v := make([]float64, last-first+1)
		for k := range v {
			v[k] = math.NaN()
		}
		for _, x := range list {
			v[x.m-first] = x.v
		}
		s.Values[c] = v
		s.Countries = append(s.Countries, c)
	}
	slices.Sort(s.Countries)
	return s, refused
}

func seriesLine(f []string, cm, cc, cv int) (Month, int, float64, error) {
	if len(f) <= max(cm, cc, cv) {
		return 0, 0, 0, strconv.ErrSyntax
	}
	m, e1 := strconv.Atoi(f[cm])
	c, e2 := strconv.Atoi(f[cc])
	v, e3 := strconv.ParseFloat(f[cv], 64)
	if e1 != nil || e2 != nil || e3 != nil || m < 1 || m > maxMonths || v < 0 || v > 1e9 || v != v {
		return 0, 0, 0, strconv.ErrSyntax
	}
	return Month(m), c, v, nil
}
