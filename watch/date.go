package watch

import (
	"strconv"
	"strings"
	"time"

	"entente"
)

// The precisions of a date, as they stand in Event.DatePrecision.
const (
	precDay        = "day"
	precWeek       = "week"
	precMonth      = "month"
	precQuarter    = "quarter"
	precYear       = "year"
	precYearEnd    = "year_end"
	precMonthEnd   = "month_end"
	precRecent     = "recent_before_publication"
	precBefore     = "before_publication"
	precImpossible = "impossible" // the calendar has no such day: asked, never guessed
)

// when is a date as a text gives it. Forms that name no year or week ("on Thursday", "in May") have a past and a
// future reading; the tense of the sentence picks one.
type when struct {
	past, future string // first day of the period; equal when the form is unambiguous; empty when not known
	precision    string
}

func (w when) text() string { return w.past + "|" + w.future }

// pick returns the reading that the tense wants.
func pick(text string, planned bool) string {
	past, future, _ := strings.Cut(text, "|")
	if planned {
		return future
	}
	return past
}

func fixed(t time.Time, precision string) when {
	d := t.Format(time.DateOnly)
	return when{d, d, precision}
}

var months = map[string]time.Month{
	"january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9,
	"october": 10, "november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8,
	"sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
}

var weekdays = map[string]time.Weekday{
	"sunday": 0, "monday": 1, "tuesday": 2, "wednesday": 3, "thursday": 4, "friday": 5, "saturday": 6,
}

// dateAt reads the date that begins at toks[0] against the publication time, and says how many tokens it takes.
func dateAt(toks []token, published entente.Instant) (when, int, bool) {
	if len(toks) == 0 {
		return when{}, 0, false
	}
	var pub time.Time
	if published != 0 {
		pub = published.Time()
	}
	for _, form := range [...]func([]token, time.Time) (when, int, bool){isoDate, dayMonth, monthDay, monthAlone, weekday, relative, periodEnd, ago, quarter, yearAlone} {
		if w, n, ok := form(toks, pub); ok {
			return w, n, true
		}
	}
	return when{}, 0, false
}

// civil builds a day, or an impossible one when the calendar has no such day.
func civil(y int, m time.Month, d int) when {
	t := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	if t.Year() != y || t.Month() != m || t.Day() != d || d < 1 || m < 1 || m > 12 {
		return when{precision: precImpossible}
	}
	return fixed(t, precDay)
}

// isoDate reads 2023-11-23 and 23.11.2023.
func isoDate(toks []token, _ time.Time) (when, int, bool) {
	s := toks[0].text
	if !toks[0].digit || len(s) < 8 || len(s) > 10 {
		return when{}, 0, false
	}
	if p := strings.Split(s, "-"); len(p) == 3 && len(p[0]) == 4 {
		return numericDate(p[0], p[1], p[2])
	}
	if p := strings.Split(s, "."); len(p) == 3 && len(p[2]) == 4 {
		return numericDate(p[2], p[1], p[0])
	}
	return when{}, 0, false
}

func numericDate(ys, ms, ds string) (when, int, bool) {
	y, e1 := strconv.Atoi(ys)
	m, e2 := strconv.Atoi(ms)
	d, e3 := strconv.Atoi(ds)
	if e1 != nil || e2 != nil || e3 != nil || y < 1800 || y > 2199 {
		return when{}, 0, false
	}
	return civil(y, time.Month(m), d), 1, true
}

// dayMonth reads 23 November 2023, 23rd of November, 23 Nov.
func dayMonth(toks []token, pub time.Time) (when, int, bool) {
	d, ok := dayNumber(toks[0].low)
	if from, _, isRange := strings.Cut(toks[0].low, "-"); isRange { // 5-9 May begins on the 5th
		d, ok = dayNumber(from)
	}
	if !ok || len(toks) < 2 {
		return when{}, 0, false
	}
	k := 1
	if len(toks) > 3 && (toks[1].low == "to" || toks[1].low == "and" || toks[1].low == "—" || toks[1].low == "-") {
		if _, second := dayNumber(toks[2].low); second { // 5 to 9 May
			k = 3
		}
	}
	if toks[k].low == "of" && len(toks) > 2 {
		k++
	}
	m, ok := months[toks[k].low]
	if !ok || !toks[k].capital {
		return when{}, 0, false
	}
	return withYear(toks, k+1, d, m, pub)
}

// monthDay reads November 23, 2023 and November 23rd.
func monthDay(toks []token, pub time.Time) (when, int, bool) {
	m, ok := months[toks[0].low]
	if !ok || !toks[0].capital || len(toks) < 2 {
		return when{}, 0, false
	}
	k := 1
	if toks[k].text == "." && len(toks) > 2 {
		k++
	}
	d, ok := dayNumber(toks[k].low)
	if !ok {
		return when{}, 0, false
	}
	return withYear(toks, k+1, d, m, pub)
}

func dayNumber(w string) (int, bool) {
	for _, s := range [...]string{"st", "nd", "rd", "th"} {
		w = strings.TrimSuffix(w, s)
	}
	if len(w) == 0 || len(w) > 2 {
		return 0, false
	}
	d, err := strconv.Atoi(w)
	return d, err == nil && d > 0
}

func yearNumber(w string) (int, bool) {
	if len(w) != 4 {
		return 0, false
	}
	y, err := strconv.Atoi(w)
	return y, err == nil && y >= 1800 && y <= 2199
}

// withYear ends a day and month with the year that follows, or with the nearest ones to publication.
func withYear(toks []token, k, d int, m time.Month, pub time.Time) (when, int, bool) {
	j := k
	if j < len(toks) && (toks[j].text == "," || toks[j].text == ".") {
		j++
	}
	if j < len(toks) {
		if y, ok := yearNumber(toks[j].low); ok {
			return civil(y, m, d), j + 1, true
		}
	}
	if d > 31 || d > 29 && m == time.February || d > 30 && (m == 4 || m == 6 || m == 9 || m == 11) {
		return when{precision: precImpossible}, k, true
	}
	if pub.IsZero() {
		return when{precision: precDay}, k, true
	}
	var w when
	w.precision = precDay
	for y := pub.Year() - 4; y <= pub.Year()+4; y++ { // four years find the next 29 February
		c := civil(y, m, d)
		if c.precision == precImpossible {
			continue
		}
		if c.past <= pub.Format(time.DateOnly) {
			w.past = c.past
		}
		if c.past >= pub.Format(time.DateOnly) && w.future == "" {
			w.future = c.past
		}
	}
	return w, k, true
}

// monthAlone reads November 2023, November, and last or next November; "may" only with a capital.
func monthAlone(toks []token, pub time.Time) (when, int, bool) {
	m, ok := months[toks[0].low]
	if !ok || !toks[0].capital || len(toks[0].low) < 4 && toks[0].low != "may" {
		return when{}, 0, false
	}
	if len(toks) > 1 {
		if y, ok := yearNumber(toks[1].low); ok {
			return fixed(time.Date(y, m, 1, 0, 0, 0, 0, time.UTC), precMonth), 2, true
		}
	}
	if toks[0].low == "may" && len(toks) > 1 && toks[1].word && !prepositions[toks[1].low] {
		return when{}, 0, false
	}
	if pub.IsZero() {
		return when{precision: precMonth}, 1, true
	}
	past, future := pub.Year(), pub.Year()
	if m > pub.Month() {
		past--
	}
	if m < pub.Month() {
		future++
	}
	return when{
		time.Date(past, m, 1, 0, 0, 0, 0, time.UTC).Format(time.DateOnly),
		time.Date(future, m, 1, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), precMonth,
	}, 1, true
}

// weekday reads Thursday, last Thursday, next Thursday, this Thursday.
func weekday(toks []token, pub time.Time) (when, int, bool) {
	k, which := 0, ""
	switch toks[0].low {
	case "last", "next", "this", "past", "coming":
		which, k = toks[0].low, 1
	}
	if k >= len(toks) {
		return when{}, 0, false
	}
	d, ok := weekdays[toks[k].low]
	if !ok || !toks[k].capital {
		return when{}, 0, false
	}
	n := k + 1
	if pub.IsZero() {
		return when{precision: precDay}, n, true
	}
	back := (int(pub.Weekday()) - int(d) + 7) % 7
	ahead := (int(d) - int(pub.Weekday()) + 7) % 7
	if which == "last" && back == 0 {
		back = 7
	}
	if which == "next" && ahead == 0 {
		ahead = 7
	}
	w := when{pub.AddDate(0, 0, -back).Format(time.DateOnly), pub.AddDate(0, 0, ahead).Format(time.DateOnly), precDay}
	switch which {
	case "last", "past":
		w.future = w.past
	case "next", "coming":
		w.past = w.future
	}
	return w, n, true
}

// relative reads today, yesterday, tomorrow, last week, next month, this year, recently.
func relative(toks []token, pub time.Time) (when, int, bool) {
	day := func(n int) (when, int, bool) {
		if pub.IsZero() {
			return when{precision: precDay}, 1, true
		}
		return fixed(pub.AddDate(0, 0, n), precDay), 1, true
	}
	switch toks[0].low {
	case "today", "tonight":
		return day(0)
	case "yesterday":
		return day(-1)
	case "tomorrow":
		return day(1)
	case "recently", "lately":
		return when{precision: precRecent}, 1, true
	}
	step, ok := map[string]int{"last": -1, "next": 1, "this": 0, "coming": 1, "past": -1}[toks[0].low]
	if !ok || len(toks) < 2 {
		return when{}, 0, false
	}
	var t time.Time
	var p string
	switch toks[1].low {
	case "week":
		monday := pub.AddDate(0, 0, -(int(pub.Weekday())+6)%7)
		t, p = monday.AddDate(0, 0, 7*step), precWeek
	case "month":
		t, p = time.Date(pub.Year(), pub.Month()+time.Month(step), 1, 0, 0, 0, 0, time.UTC), precMonth
	case "year":
		t, p = time.Date(pub.Year()+step, 1, 1, 0, 0, 0, 0, time.UTC), precYear
	default:
		return when{}, 0, false
	}
	if pub.IsZero() {
		return when{precision: p}, 2, true
	}
	return fixed(t, p), 2, true
}

// periodEnd reads year-end, the end of the year, the end of November (2023).
func periodEnd(toks []token, pub time.Time) (when, int, bool) {
	if toks[0].low == "year-end" {
		return endOfYear(pub.Year(), 1, pub)
	}
	k := 0
	if toks[k].low == "the" {
		k++
	}
	if k+2 >= len(toks) || toks[k].low != "end" || toks[k+1].low != "of" {
		return when{}, 0, false
	}
	k += 2
	if (toks[k].low == "the" || toks[k].low == "this" || toks[k].low == "next") && k+1 < len(toks) {
		y := pub.Year()
		if toks[k].low == "next" {
			y++
		}
		switch toks[k+1].low {
		case "year":
			return endOfYear(y, k+2, pub)
		case "month":
			return endOfMonth(pub.Year(), pub.Month(), k+2, pub)
		}
		return when{}, 0, false
	}
	if y, ok := yearNumber(toks[k].low); ok {
		return endOfYear(y, k+1, time.Unix(1, 0))
	}
	m, ok := months[toks[k].low]
	if !ok {
		return when{}, 0, false
	}
	if k+1 < len(toks) {
		if y, ok := yearNumber(toks[k+1].low); ok {
			return endOfMonth(y, m, k+2, time.Unix(1, 0))
		}
	}
	y := pub.Year()
	if m < pub.Month() {
		y++
	}
	return endOfMonth(y, m, k+1, pub)
}

func endOfYear(y, n int, pub time.Time) (when, int, bool) {
	if pub.IsZero() {
		return when{precision: precYearEnd}, n, true
	}
	return fixed(time.Date(y, 12, 31, 0, 0, 0, 0, time.UTC), precYearEnd), n, true
}

func endOfMonth(y int, m time.Month, n int, pub time.Time) (when, int, bool) {
	if pub.IsZero() {
		return when{precision: precMonthEnd}, n, true
	}
	return fixed(time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC), precMonthEnd), n, true
}

// ago reads three days ago, two weeks ago, in three days.
func ago(toks []token, pub time.Time) (when, int, bool) {
	k, sign := 0, -1
	if toks[0].low == "in" || toks[0].low == "within" {
		k, sign = 1, 1
	}
	if k >= len(toks) {
		return when{}, 0, false
	}
	v, n, ok := numberAt(toks[k:])
	if toks[k].low == "a" {
		v, n, ok = 1, 1, true
	}
	if !ok || v > 10000 || v != float64(int(v)) || k+n >= len(toks) {
		return when{}, 0, false
	}
	k += n
	unit := singular(toks[k].low)
	days, known := map[string]int{"day": 1, "week": 7, "month": 30, "year": 365}[unit]
	if !known {
		return when{}, 0, false
	}
	k++
	if sign < 0 {
		if k >= len(toks) || toks[k].low != "ago" && toks[k].low != "earlier" {
			return when{}, 0, false
		}
		k++
	}
	p := map[string]string{"day": precDay, "week": precWeek, "month": precMonth, "year": precYear}[unit]
	if pub.IsZero() {
		return when{precision: p}, k, true
	}
	return fixed(shift(pub, unit, sign*int(v), days), p), k, true
}

func shift(pub time.Time, unit string, n, days int) time.Time {
	switch unit {
	case "month":
		return time.Date(pub.Year(), pub.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	case "year":
		return time.Date(pub.Year()+n, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return pub.AddDate(0, 0, n*days)
}

// quarter reads the first quarter of 2024.
func quarter(toks []token, _ time.Time) (when, int, bool) {
	q, ok := map[string]int{"first": 0, "second": 1, "third": 2, "fourth": 3, "last": 3}[toks[0].low]
	if !ok || len(toks) < 4 || toks[1].low != "quarter" || toks[2].low != "of" {
		return when{}, 0, false
	}
	y, ok := yearNumber(toks[3].low)
	if !ok {
		return when{}, 0, false
	}
	return fixed(time.Date(y, time.Month(3*q+1), 1, 0, 0, 0, 0, time.UTC), precQuarter), 4, true
}

// yearAlone reads 2023 as a year; a count of things is told apart by what follows.
func yearAlone(toks []token, _ time.Time) (when, int, bool) {
	y, ok := yearNumber(toks[0].low)
	if !ok || y < 1900 || y > 2100 {
		return when{}, 0, false
	}
	if len(toks) > 1 && toks[1].word && !toks[1].capital && !prepositions[toks[1].low] && toks[1].low != "and" {
		return when{}, 0, false
	}
	return fixed(time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC), precYear), 1, true
}

// dateline is the date that stands alone on one of the first lines of a text, or zero.
func dateline(text string, ss []entente.TextSpan) entente.Instant {
	for _, s := range ss[:min(len(ss), 4)] {
		toks := tokenise(text[s.From:s.To], s.From)
		for k := range min(len(toks), 6) {
			w, n, ok := dateAt(toks[k:], 0)
			if !ok || w.precision != precDay || w.past == "" || k+n < len(toks) && len(toks) > 8 {
				continue
			}
			if t, err := time.Parse(time.DateOnly, w.past); err == nil {
				return entente.At(t)
			}
		}
	}
	return 0
}
