package feed

import (
	"sync"

	"entente/asterix"
)

// table: the ASTERIX fields that plots are made of, by category and edition-independent path.

type handles48 struct {
	tod, typ, sim, tst, rab, spi, rho, theta                 asterix.Handle
	squawkV, squawkG, squawkL, squawk, levelV, levelG, level asterix.Handle
	address, callsign, stat, doubtful, doppler               asterix.Handle
}

type handles1 struct {
	tod, kind, sim, tst, rab, spi, detection, rho, theta     asterix.Handle
	squawkV, squawkG, squawkL, squawk, levelV, levelG, level asterix.Handle
	doppler                                                  asterix.Handle
}

type handlesService struct{ tod, kind asterix.Handle }

type handles21 struct {
	tod, todPosition, todReceived, todReport, fraction, fractionSign    asterix.Handle
	lat, lon, fineLat, fineLon, address, addressType, ground, sim, test asterix.Handle
	nacp, nuc, accuracy, version, level, height, squawk, callsign       asterix.Handle
	speed, track, climb, geoClimb, oldClimb, oldGeoClimb, spi           asterix.Handle
}

type handlesMLAT struct {
	tod, kind, typ, lat, lon, x, y, rho, theta, vx, vy, address, callsign   asterix.Handle
	squawkV, squawkG, squawkL, squawk, levelV, levelG, level, sim, tst, rab asterix.Handle
	height, ground, spi, sigmaX, sigmaY                                     asterix.Handle
}

type allHandles struct {
	c48 handles48
	c1  handles1
	c2  handlesService
	c34 handlesService
	c21 handles21
	c10 handlesMLAT
	c20 handlesMLAT
}

// fields finds all handles once, when the first ASTERIX feed begins: compiling editions takes a moment.
var fields = sync.OnceValue(func() *allHandles {
	h := &allHandles{}
	at := func(category uint8) func(path string) asterix.Handle {
		return func(path string) asterix.Handle { return asterix.Field(category, path) }
	}
	f := at(48)
	h.c48 = handles48{
		tod: f("140"), typ: f("020/TYP"), sim: f("020/SIM"), tst: f("020/TST"), rab: f("020/RAB"), spi: f("020/SPI"),
		rho: f("040/RHO"), theta: f("040/THETA"), squawkV: f("070/V"), squawkG: f("070/G"), squawkL: f("070/L"),
		squawk: f("070/MODE3A"), levelV: f("090/V"), levelG: f("090/G"), level: f("090/FL"), address: f("220"),
		callsign: f("240"), stat: f("230/STAT"), doubtful: f("120/CAL/D"), doppler: f("120/CAL/CAL"),
	}
	f = at(1)
	h.c1 = handles1{
		tod: f("141"), kind: f("020/TYP"), sim: f("020/SIM"), tst: f("020/TST"), rab: f("020/RAB"), spi: f("020/SPI"),
		detection: f("020/SSRPSR"), rho: f("040/RHO"), theta: f("040/THETA"), squawkV: f("070/V"), squawkG: f("070/G"),
		squawkL: f("070/L"), squawk: f("070/MODE3A"), levelV: f("090/V"), levelG: f("090/G"), level: f("090/HGT"), doppler: f("120"),
	}
	h.c2 = handlesService{tod: asterix.Field(2, "030"), kind: asterix.Field(2, "000")}
	h.c34 = handlesService{tod: asterix.Field(34, "030"), kind: asterix.Field(34, "000")}
	f = at(21)
	h.c21 = handles21{
		tod: f("030"), todPosition: f("071"), todReceived: f("073"), todReport: f("077"), fraction: f("074/TOMRP"),
		fractionSign: f("074/FSI"), lat: f("130/LAT"), lon: f("130/LON"), fineLat: f("131/LAT"), fineLon: f("131/LON"),
		address: f("080"), addressType: f("040/ATP"), ground: f("040/GBS"), sim: f("040/SIM"), test: f("040/TST"),
		nacp: f("090/NACP"), nuc: f("090/NUCPNIC"), accuracy: f("090/PA"), version: f("210/VN"), level: f("145"), height: f("140"),
		squawk: f("070/MODE3A"), callsign: f("170"), speed: f("160/GS"), track: f("160/TA"), climb: f("155/BVR"), geoClimb: f("157/GVR"),
		oldClimb: f("155"), oldGeoClimb: f("157"), spi: f("200/SS"),
	}
	f = at(10)
	h.c10 = handlesMLAT{
		tod: f("140"), kind: f("000"), typ: f("020/TYP"), lat: f("041/LAT"), lon: f("041/LON"), x: f("042/X"), y: f("042/Y"),
		rho: f("040/RHO"), theta: f("040/TH"), vx: f("202/VX"), vy: f("202/VY"), address: f("220"), callsign: f("245/CHR"),
		squawkV: f("060/V"), squawkG: f("060/G"), squawkL: f("060/L"), squawk: f("060/MODE3A"), levelV: f("090/V"),
		levelG: f("090/G"), level: f("090/FL"), sim: f("020/SIM"), tst: f("020/TST"), rab: f("020/RAB"), height: f("091"),
		ground: f("020/GBS"), spi: f("020/SPI"), sigmaX: f("500/DEVX"), sigmaY: f("500/DEVY"),
	}
	f = at(20)
	h.c20 = handlesMLAT{
		tod: f("140"), lat: f("041/LAT"), lon: f("041/LON"), x: f("042/X"), y: f("042/Y"), vx: f("202/VX"), vy: f("202/VY"),
		address: f("220"), callsign: f("245/CHR"), squawkV: f("070/V"), squawkG: f("070/G"), squawkL: f("070/L"),
		squawk: f("070/MODE3A"), levelV: f("090/V"), levelG: f("090/G"), level: f("090/FL"), sim: f("020/SIM"), tst: f("020/TST"),
		rab: f("020/RAB"), height: f("105"), ground: f("020/GBS"), spi: f("020/SPI"), sigmaX: f("500/SDP/X"), sigmaY: f("500/SDP/Y"),
	}
	return h
})
