package modes

import "bytes"

// ParseAVR reads one line of AVR text into f: "*hex;" without a stamp, "@" and twelve digits of stamp and the frame
// (AVR-MLAT), "<" and stamp, two digits of signal and the frame, or bare hex. Spaces and line ends around are ignored.
func ParseAVR(line []byte, f *Frame) error {
	line = bytes.TrimSpace(line)
	*f = Frame{}
	if len(line) == 0 {
		return ErrAVR
	}
	mark := line[0]
	stamp, signal := 0, 0
	switch mark {
	case '*', ':':
	case '@', '%':
		stamp = 12
	case '<':
		stamp, signal = 12, 2
	default:
		mark = 0
	}
	if mark != 0 {
		line = line[1:]
		if len(line) == 0 || line[len(line)-1] != ';' {
			return ErrAVR
		}
		line = line[:len(line)-1]
	}
	if len(line) < stamp+signal {
		return ErrAVR
	}
	if stamp > 0 {
		v, ok := parseHex(line[:stamp])
		if !ok {
			return ErrAVR
		}
		f.Stamp, f.HasStamp, line = v, true, line[stamp:]
	}
	if signal > 0 {
		v, ok := parseHex(line[:signal])
		if !ok {
			return ErrAVR
		}
		f.Signal, line = uint8(v), line[signal:]
	}
	return f.setHex(line)
}

// setHex takes the frame from 4, 14 or 28 hex digits.
func (f *Frame) setHex(line []byte) error {
	switch len(line) {
	case 4:
		f.Kind = ModeAC
	case 14:
		f.Kind = Short
	case 28:
		f.Kind = Long
	default:
		return ErrLength
	}
	f.N = uint8(len(line) / 2)
	for i := range int(f.N) {
		v, ok := parseHex(line[2*i : 2*i+2])
		if !ok {
			return ErrAVR
		}
		f.Data[i] = byte(v)
	}
	return nil
}

func parseHex(b []byte) (v uint64, ok bool) {
	for _, c := range b {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		v = v<<4 | uint64(c)
	}
	return v, true
}

// AppendAVR appends f as an AVR line with its end: "@stamp hex;" when it has a stamp, else "*hex;".
func AppendAVR(dst []byte, f *Frame) []byte {
	if f.HasStamp {
		dst = append(dst, '@')
		for s := 44; s >= 0; s -= 4 {
			dst = append(dst, upperHex[f.Stamp>>s&0xF])
		}
	} else {
		dst = append(dst, '*')
	}
	return append(appendHex(dst, f.Data[:f.N]), ';', '\n')
}

// ParseHexCSV reads "seconds,address,hex" with seconds since 1970 and a fraction; time is in nanoseconds. The address is
// what the source took the frame for and is returned as given.
func ParseHexCSV(line []byte, f *Frame) (ns int64, address uint32, err error) {
	*f = Frame{}
	first := bytes.IndexByte(line, ',')
	if first < 0 {
		return 0, 0, ErrHexCSV
	}
	second := bytes.IndexByte(line[first+1:], ',')
	if second < 0 {
		return 0, 0, ErrHexCSV
	}
	ns, ok := parseSeconds(line[:first])
	if !ok {
		return 0, 0, ErrHexCSV
	}
	a, ok := parseHex(line[first+1 : first+1+second])
	if !ok || second > 6 {
		return 0, 0, ErrHexCSV
	}
	return ns, uint32(a), f.setHex(bytes.TrimSpace(line[first+second+2:]))
}

// parseSeconds reads a decimal number of seconds as nanoseconds, digits beyond the ninth cut.
func parseSeconds(b []byte) (ns int64, ok bool) {
	b = bytes.TrimSpace(b)
	whole, frac, _ := bytes.Cut(b, []byte{'.'})
	if len(whole) == 0 || len(whole) > 10 {
		return 0, false
	}
	for _, c := range whole {
		if c < '0' || c > '9' {
			return 0, false
		}
		ns = ns*10 + int64(c-'0')
	}
	if ns > 9e9 {
		return 0, false
	}
	for i := range 9 {
		ns *= 10
		if i < len(frac) {
			if frac[i] < '0' || frac[i] > '9' {
				return 0, false
			}
			ns += int64(frac[i] - '0')
		}
	}
	return ns, true
}
