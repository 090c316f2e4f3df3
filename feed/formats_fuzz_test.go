package feed

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// Each target reads its format whatever the bytes look like, so that the fuzzer is not spent on telling formats.

func FuzzPcap(f *testing.F) {
	block := report48(f, fuzzTime, 50, 90)
	fuzzFormat(f, "pcap", pcapFile(binary.LittleEndian, 0xA1B2C3D4, 5, wrapped(block)), pcapFile(binary.BigEndian, 0xA1B23C4D, 5, wrapped6(block)),
		pcapFile(binary.LittleEndian, 0xA1B2C3D4, 5, cutUp(false, 9, block, 16)...))
}

func FuzzPcapng(f *testing.F) {
	block := report48(f, fuzzTime, 50, 90)
	fuzzFormat(f, "pcapng", ngFile(binary.BigEndian, 9, 5, wrapped(block)), ngFile(binary.LittleEndian, 0x8A, 5, wrapped6(block)))
}

// FuzzLink reads frames of every link type, without the file around them.
func FuzzLink(f *testing.F) {
	block := report48(f, fuzzTime, 50, 90)
	for i, link := range []uint16{1, 113, 276, 0, 12, 101, 7} {
		f.Add(link, wrapped(block), i%2 == 0)
	}
	f.Fuzz(func(t *testing.T, link uint16, frame []byte, twice bool) {
		var parts fragments
		for range 1 + len(frame)%3 {
			data, _ := parts.payload(uint32(link), frame)
			if len(data) > maxDatagram {
				t.Fatalf("%d octets of %d", len(data), len(frame))
			}
			if !twice {
				break
			}
		}
		if len(parts.open) > maxUnfinished {
			t.Fatalf("%d datagrams are open", len(parts.open))
		}
	})
}

func FuzzRply(f *testing.F) {
	block := report48(f, fuzzTime, 50, 90)
	frame := join(binary.LittleEndian.AppendUint32(nil, uint32(len(block))), []byte{9, 0, 0, 0}, block)
	fuzzFormat(f, "rply", frame, join(frame, []byte{0, 0, 0, 0, 1, 2, 3, 4}, frame))
}

func FuzzGPSFile(f *testing.F) {
	block := report48(f, fuzzTime, 50, 90)
	behind := make([]byte, gpsTrailer)
	fuzzFormat(f, "gps", join(bytes.Repeat([]byte{0xCD}, gpsHeader), block, behind, block, behind))
}

func FuzzBeastGPS(f *testing.F) {
	fuzzFormat(f, "beast-gps", beastPair(27), join([]byte("x"), beastPair(28)))
}

func FuzzAVR(f *testing.F) {
	fuzzFormat(f, "avr", []byte("*8D40621D58C382D690C8AC2863A7;\n@0000000003E85D4D20237A55A6;\n<0000000003E8805D4D20237A55A6;\n8D40621D58C382D690C8AC2863A7\r\n*7700;\n"))
}

func FuzzHexCSV(f *testing.F) {
	fuzzFormat(f, "hexcsv", []byte("1457996400,406B90,8D406B909945DE10000405999BE4\n1457996401.5,406B90,8D406B9058B975870B738754F480\n"),
		[]byte("1664986743123,1,-70,8D406B909945DE10000405999BE4\n8D406B909945DE10000405999BE4,x\n"))
}

func FuzzSBS(f *testing.F) {
	fuzzFormat(f, "sbs", []byte("MSG,3,1,1,4249B5,1,2018/04/03,19:02:28.360,2018/04/10,21:24:39.437,,7000,,,54.1,27.2,,,0,,-1,0\nMSG,1,1,1,4249B5,1,2018/04/03,19:02:28,,,KLM1,,,,,,,,,,,\n"),
		[]byte("MSG,4,1,1,4249B5,1,2018/04/03,19:02:28.360,,,,,400.5,271,,,-64,,,,,0\nMSG,6,,,4249B5,,,,,,,,,,,,,7700,-1,-1,0,\nSTA,,1,1,4249B5,1,,,,,RM\n"))
}

func FuzzPlots(f *testing.F) {
	const header = "time_s,sensor,range_m,azimuth_deg,lat,lon,altitude_m,mode_s,mode_a\n"
	fuzzFormat(f, "plots", []byte(header+"0.18,R7,60304.4,117.7977,,,9441.2,606951,1144\n1,R7,,,45.5,-170,,,\n"), []byte("\xEF\xBB\xBFsensor,time_s,lat,lon\r\nrx,1e9,1,2\r\n"))
}

// FuzzSamples demodulates anything in the four forms of samples.
func FuzzSamples(f *testing.F) {
	f.Add(uint8(0), bytes.Repeat([]byte{127, 127, 255, 127, 127, 0}, 100))
	f.Add(uint8(3), bytes.Repeat([]byte{0, 0, 0, 0x7F, 1, 0x80}, 300))
	reg := fuzzRegistry(f)
	f.Fuzz(func(t *testing.T, which uint8, b []byte) {
		checkFile(t, reg, []string{"iq-uc8-2.0", "iq-uc8-2.4", "iq-sc16-2.0", "iq-sc16-2.4"}[which%4], b)
	})
}
