package watch

import (
	"strconv"
	"strings"
)

var (
	small = map[string]float64{
		"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
		"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
		"eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
		"eighty": 80, "ninety": 90, "dozen": 12,
	}
	scales = map[string]float64{"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9}
)

// numberAt reads the number that begins at toks[0] and says how many words it takes: "1,200", "2.5 million", "two
// hundred and ten", "twenty-five", "a dozen". Vague amounts ("dozens", "several") are no number.
func numberAt(toks []token) (v float64, n int, ok bool) {
	if len(toks) == 0 {
		return 0, 0, false
	}
	if toks[0].digit {
		v, ok = digits(toks[0].text)
		if !ok {
			return 0, 0, false
		}
		n = 1
	} else if toks[0].low == "a" && len(toks) > 1 && (toks[1].low == "dozen" || toks[1].low == "hundred" || toks[1].low == "thousand") {
		v, n = 1, 1
		if toks[1].low == "dozen" {
			return 12, 2, true
		}
	} else if v, ok = smallNumber(toks[0].low); ok {
		n = 1
	} else {
		return 0, 0, false
	}
	return scaled(toks, v, n)
}

// scaled goes on with hundred, thousand and what is added to them.
func scaled(toks []token, v float64, n int) (float64, int, bool) {
	total := 0.0
	for n < len(toks) {
		w := toks[n].low
		if s, ok := scales[w]; ok {
			v *= s
			n++
			if s >= 1e3 {
				total, v = total+v, 0
			}
			continue
		}
		k := n
		if w == "and" && v >= 100 || w == "and" && total > 0 {
			k++
		}
		if k >= len(toks) || total == 0 && v < 100 {
			break
		}
		more, ok := smallNumber(toks[k].low)
		if !ok {
			break
		}
		v += more
		n = k + 1
	}
	return total + v, n, true
}

func smallNumber(w string) (float64, bool) {
	if v, ok := small[w]; ok {
		return v, true
	}
	a, b, ok := strings.Cut(w, "-")
	x, okX := small[a]
	y, okY := small[b]
	if ok && okX && okY && x >= 20 && y < 10 {
		return x + y, true
	}
	return 0, false
}

// digits reads "1,200", "1200" and "2.5"; commas must group thousands.
func digits(s string) (float64, bool) {
	if strings.Contains(s, ",") {
		parts := strings.Split(s, ",")
		for k, p := range parts {
			whole, _, _ := strings.Cut(p, ".")
			if k > 0 && len(whole) != 3 || k == 0 && (len(p) == 0 || len(p) > 3) {
				return 0, false
			}
		}
		s = strings.ReplaceAll(s, ",", "")
	}
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil && v < 1e12
}
