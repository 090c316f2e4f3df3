package feed

import (
	"strings"
	"testing"

	"entente/modes"
)

// TestRepairIsAsked: a frame with one wrong bit is refused; with repair it is read, and says so.
func TestRepairIsAsked(t *testing.T) {
	wrong := strings.Replace(heard, "690C8AC2863A7\n1700000001.0", "690C8AC2863A5\n1700000001.0", 1)
	if _, s := decodedText(t, wrong, DecodeOptions{}); s.Reasons["parity"] != 1 || s.Lines != 5 {
		t.Errorf("%+v", s)
	}
	lines, s := decodedText(t, wrong, DecodeOptions{Repair: modes.OneBit})
	if s.Refused != 0 || len(lines) != 6 || lines[1]["crc_ok"] != false || lines[0]["crc_ok"] != true {
		t.Errorf("%+v %v", s, lines[1])
	}
}

// TestModeACReplies: a code, the altitude that it may be, and no aircraft when none is known.
func TestModeACReplies(t *testing.T) {
	lines, _ := decodedText(t, "*7700;\n*0000;\n", DecodeOptions{Options: Options{Format: "avr"}})
	if len(lines) != 2 || lines[0]["mode_a"] == nil || lines[0]["fits"] != nil {
		t.Errorf("%v", lines)
	}
	beast, _, _ := decodedLines(t, readShared(t, "modes/ulss7_2018_a.beast"), DecodeOptions{})
	fits, several, replies := 0, 0, 0
	for _, l := range beast {
		if l["mode_a"] == nil {
			continue
		}
		replies++
		if l["fits"] == "several" {
			several++
		} else if l["fits"] != nil {
			if fits++; l["fits_icao"] == nil || l["t"] == nil {
				t.Fatalf("%v", l)
			}
		}
	}
	t.Logf("%d mode A/C replies: %d fit one aircraft, %d several", replies, fits, several)
	if replies != 2248 || fits == 0 || fits+several > replies {
		t.Errorf("%d of %d", fits, replies)
	}
}
