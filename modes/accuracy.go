package modes

// Integrity is what a position squitter says of the worth of its position.
type Integrity struct {
	NIC uint8   // navigation integrity category, 0 to 11
	Rc  float64 // containment radius in metres, zero when unknown
}

// row of the table of radii: NIC and radius for one type code.
type nicRow struct {
	nic uint8
	rc  float64
}

// simpleNIC holds the type codes whose NIC needs no supplement (DO-260B table 2-70, N-13, N-14).
var simpleNIC = [23]nicRow{
	5: {11, 7.5}, 6: {10, 25}, 7: {8, 185.2}, 9: {11, 7.5}, 10: {10, 25}, 11: {8, 185.2}, 12: {7, 370.4},
	13: {6, 926}, 14: {5, 1852}, 15: {4, 3704}, 16: {2, 14816}, 17: {1, 37040}, 20: {11, 7.5}, 21: {10, 25},
}

// NIC returns integrity category and containment radius of a position squitter by ADS-B version, type code and NIC
// supplements A and C (from TC 31) and B (in the position itself). When a supplement is not known, pass false: the worse
// radius of the type code results, as it does for TC 20 to 22 of version 3 (see NICHeight). Version 0 has no NIC; the one that later versions give the same radius is returned.
func NIC(version, tc uint8, a, b, c bool) Integrity {
	if int(tc) >= len(simpleNIC) {
		return Integrity{}
	}
	if version >= 3 && tc >= 20 {
		return NICHeight(tc, 0)
	}
	r := simpleNIC[tc]
	switch version {
	case 0:
		if tc == 16 {
			r.rc = 18520
		}
	case 1:
		r = nicV1(tc, a, b, r)
	default:
		r = nicV2(tc, a, b, c, r)
	}
	return Integrity{r.nic, r.rc}
}

func nicV1(tc uint8, a, b bool, r nicRow) nicRow {
	switch {
	case !a:
	case tc == 7 || tc == 11:
		return nicRow{9, 75}
	case tc == 13:
		return nicRow{6, 1111.2}
	case tc == 16 && b:
		return nicRow{3, 7408}
	}
	return r
}

func nicV2(tc uint8, a, b, c bool, r nicRow) nicRow {
	switch {
	case tc == 7 && a && !c, tc == 11 && a && b:
		return nicRow{9, 75}
	case tc == 8 && a && c:
		return nicRow{7, 370.4}
	case tc == 8 && a:
		return nicRow{6, 555.6}
	case tc == 8 && c:
		return nicRow{6, 1111.2}
	case tc == 13 && a:
		return nicRow{6, 1111.2}
	case tc == 13 && b:
		return nicRow{6, 555.6}
	case tc == 16 && a && b:
		return nicRow{3, 7408}
	}
	return r
}

// epu is the 95 % bound of the horizontal position error in metres by NACp (DO-260B table 2-69).
var epu = [12]float64{0, 18520, 7408, 3704, 1852, 926, 555.6, 185.2, 92.6, 30, 10, 3}

// hfom is the 95 % bound by type code for version 0 (DO-260 table 2-11; NUCp).
var hfom = [23]float64{
	5: 3, 6: 10, 7: 92.6, 8: 0, 9: 3, 10: 10, 11: 92.6, 12: 185.2, 13: 463, 14: 926, 15: 1852, 16: 9260, 17: 18520,
	20: 4, 21: 15,
}

// per95 turns a circular 95 % radius into one sigma per axis: sqrt(−2·ln 0.05).
const per95 = 2.4477

// NACpSigma returns one sigma per horizontal axis in metres for a NACp, zero when NACp says nothing.
func NACpSigma(nacp uint8) float64 {
	if int(nacp) >= len(epu) {
		return 0
	}
	return epu[nacp] / per95
}

// NUCpSigma returns one sigma per horizontal axis in metres for a position of a version 0 aircraft, by type code, zero
// when it says nothing.
func NUCpSigma(tc uint8) float64 {
	if int(tc) >= len(hfom) {
		return 0
	}
	return hfom[tc] / per95
}
