package asterix

import "math"

// rename is a field that another edition of its category names otherwise or codes otherwise.
type rename struct {
	category uint8
	crossing bool   // only between editions before 1.0 and later ones; from is the old name
	from, to string // either may be the source
	codes    map[uint64]uint64
}

// renames lists them. Codes: of the old 021 address type 0 is "not unique" and 1 the ICAO address, of its altitude
// reporting capability 0 is "not known", 1 is 25 ft and 2 is 100 ft; the emitter categories of medium and heavy stay.
var renames = []rename{
	{category: 20, from: "250/MBDATA", to: "250/BDSREGISTER"}, {category: 20, from: "250/MBDATA", to: "250/BDSDATA"},
	{category: 20, from: "250/BDSREGISTER", to: "250/BDSDATA"},
	{category: 62, from: "380/MB", to: "380/BDSDATA"},
	{category: 21, from: "295/ISA", to: "295/SAL"},

	{category: 21, crossing: true, from: "040/ATP", to: "040/ATP", codes: map[uint64]uint64{1: 0, 0: 1, 2: 2, 3: 3}},
	{category: 21, crossing: true, from: "040/ARC", to: "040/ARC", codes: map[uint64]uint64{0: 2, 1: 0, 2: 1}},
	{category: 21, crossing: true, from: "030", to: "071"},
	{category: 21, crossing: true, from: "130/LAT", to: "131/LAT"}, {category: 21, crossing: true, from: "130/LON", to: "131/LON"},
	{category: 21, crossing: true, from: "151", to: "151/TAS"},
	{category: 21, crossing: true, from: "155", to: "155/BVR"}, {category: 21, crossing: true, from: "157", to: "157/GVR"},
	{category: 21, crossing: true, from: "165/ROT", to: "165/TAR"},
	{category: 21, crossing: true, from: "200", to: "200/PS"},
	{category: 21, crossing: true, from: "146/SRC", to: "146/S"},

	{category: 62, crossing: true, from: "040/TRK", to: "040"}, {category: 62, crossing: true, from: "340/HEI", to: "340/HEIGHT"},
	{category: 62, crossing: true, from: "080/COA", to: "080/CST"}, {category: 62, crossing: true, from: "390/CSN", to: "390/CS"},
	{category: 62, crossing: true, from: "290/MDA", to: "295/MDA"}, {category: 62, crossing: true, from: "290/MFL", to: "295/MFL"},
	{category: 62, crossing: true, from: "290/MD1", to: "295/MD1"}, {category: 62, crossing: true, from: "290/MD2", to: "295/MD2"},
	{category: 62, crossing: true, from: "290/ADB", to: "290/ES"},
}

// computeCrossing makes what only a computation can carry over an edition's crossing of 1.0, by category.
var computeCrossing = map[uint8][]computation{
	21: {
		{[]string{"040/SPI"}, func(c *Converter, r *Record) bool {
			spi, ok := c.get(r, "040/SPI")
			if ok && spi != 0 {
				c.put("200/SS", 3)
			}
			return ok
		}},
		{[]string{"200/SS"}, func(c *Converter, r *Record) bool {
			ss, ok := c.get(r, "200/SS")
			if ok && ss == 3 {
				c.put("040/SPI", 1)
			}
			return ok
		}},
	},
	62: {
		{[]string{"180/SPD", "180/HDG"}, func(c *Converter, r *Record) bool { return c.velocity(r, "180/SPD", "180/HDG") }},
		{[]string{"185/VX", "185/VY"}, func(c *Converter, r *Record) bool {
			vx, ok1 := c.get(r, "185/VX")
			vy, ok2 := c.get(r, "185/VY")
			if ok1 && ok2 {
				c.put("180/SPD", math.Hypot(vx, vy)/1852)
				c.put("180/HDG", math.Mod(math.Atan2(vx, vy)*180/math.Pi+360, 360))
			}
			return ok1 && ok2
		}},
	},
}

// velocity makes 062/185 out of a speed in NM/s and a direction in degrees.
func (c *Converter) velocity(r *Record, speed, direction string) bool {
	v, ok1 := c.get(r, speed)
	a, ok2 := c.get(r, direction)
	if !ok1 || !ok2 {
		return false
	}
	sin, cos := math.Sincos(a * math.Pi / 180)
	c.put("185/VX", v*1852*sin)
	c.put("185/VY", v*1852*cos)
	return true
}

// adsbToTrack says where the fields of an ADS-B report of category 021 go in a system track of category 062; of several
// for one place the first that is there is taken.
var adsbToTrack = [][2]string{
	{"010/SAC", "010/SAC"}, {"010/SIC", "010/SIC"}, {"015", "015"}, {"161/TRNUM", "040"},
	{"071", "070"}, {"073", "070"}, {"077", "070"}, {"075", "070"}, {"030", "070"},
	{"131/LAT", "105/LAT"}, {"131/LON", "105/LON"}, {"130/LAT", "105/LAT"}, {"130/LON", "105/LON"},
	{"070/MODE3A", "060/MODE3A"}, {"145", "136"}, {"140", "130"}, {"080", "380/ADR"}, {"170", "380/ID"}, {"170", "245/CHR"},
	{"152", "380/MHG"}, {"150/IM", "380/IAS/IM"}, {"150/AS", "380/IAS/IAS"}, {"151/TAS", "380/TAS"}, {"151", "380/TAS"},
	{"146/SAS", "380/SAL/SAS"}, {"146/S", "380/SAL/SRC"}, {"146/SRC", "380/SAL/SRC"}, {"146/ALT", "380/SAL/ALT"},
	{"148/MV", "380/FSS/MV"}, {"148/AH", "380/FSS/AH"}, {"148/AM", "380/FSS/AM"}, {"148/ALT", "380/FSS/ALT"},
	{"110/TIS/NAV", "380/TIS/NAV"}, {"110/TIS/NVB", "380/TIS/NVB"}, {"110/TID/TCA", "380/TID/TCA"}, {"110/TID/NC", "380/TID/NC"},
	{"110/TID/TCPN", "380/TID/TCPN"}, {"110/TID/ALT", "380/TID/ALT"}, {"110/TID/LAT", "380/TID/LAT"}, {"110/TID/LON", "380/TID/LON"},
	{"110/TID/PT", "380/TID/PT"}, {"110/TID/TD", "380/TID/TD"}, {"110/TID/TRA", "380/TID/TRA"}, {"110/TID/TOA", "380/TID/TOA"},
	{"110/TID/TOV", "380/TID/TOV"}, {"110/TID/TTR", "380/TID/TTR"},
	{"155/BVR", "220"}, {"155", "220"}, {"155/BVR", "380/BVR"}, {"155", "380/BVR"}, {"157/GVR", "380/GVR"}, {"157", "380/GVR"},
	{"230", "380/RAN"}, {"165/TAR", "380/TAR/ROT"}, {"165/ROT", "380/TAR/ROT"}, {"160/TA", "380/TAN"}, {"160/GS", "380/GS"},
	{"040/GBS", "380/SAB/GBS"}, {"200/PS", "380/SAB/STAT"}, {"200/PS", "080/EMS"}, {"040/SIM", "080/SIM"},
	{"220/WS", "380/MET/WSD"}, {"220/WD", "380/MET/WDD"}, {"220/TMP", "380/MET/TMPD"}, {"220/TRB", "380/MET/TRBD"},
	{"020", "380/EMC"}, {"250", "380/BDSDATA"}, {"250", "380/MB"},
}

// epu is the 95 % bound of the horizontal position by NACp, metres (DO-260B table 2-70).
var epu = [12]float64{1: 18520, 2: 7408, 3: 3704, 4: 1852, 5: 926, 6: 555.6, 7: 185.2, 8: 92.6, 9: 30, 10: 10, 11: 3}

// computeTrack makes the rest of a system track.
var computeTrack = []computation{
	{[]string{"160/GS", "160/TA"}, func(c *Converter, r *Record) bool { return c.velocity(r, "160/GS", "160/TA") }},
	{[]string{"200/SS", "040/SPI"}, func(c *Converter, r *Record) bool {
		ss, _ := c.get(r, "200/SS")
		spi, _ := c.get(r, "040/SPI")
		c.put("080/MON", 1) // of one sensor, by its nature
		if ss == 3 || spi == 1 {
			c.put("080/SPI", 1)
		}
		if _, ok := c.get(r, "140"); ok {
			c.put("080/SRC", 1) // GNSS
		}
		c.put("290/ES", 0) // just heard
		return true
	}},
	{[]string{"090/NACP"}, func(c *Converter, r *Record) bool {
		n, ok := c.get(r, "090/NACP")
		if !ok || n < 1 || int(n) >= len(epu) {
			return false
		}
		sigma := epu[int(n)] / 2.4477 // of a circular normal distribution
		c.put("500/APC/X", sigma)
		c.put("500/APC/Y", sigma)
		return true
	}},
	{[]string{"220/WS", "220/WD", "220/TMP", "220/TRB"}, func(c *Converter, r *Record) bool {
		for _, f := range [...]string{"WS", "WD", "TMP", "TRB"} {
			if _, ok := c.get(r, "220/"+f); ok {
				c.put("380/MET/"+f, 1)
			}
		}
		return true
	}},
}
