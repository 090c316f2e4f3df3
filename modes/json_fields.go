package modes

import (
	"bytes"
	"strconv"
)

// The groups of members that AppendJSON writes, in its order.

var originNames = [...]string{Direct: "ADS-B", TISB: "TIS-B", ADSR: "ADS-R", MLAT: "MLAT"}

var kindNames = [...]string{ICAO: "icao", NonICAO: "non_icao", TrackFile: "track_file", FromParity: "parity"}

func (m *Message) header(j *object) {
	m.repair(j)
	switch m.DF {
	case 11:
		j.integer("ca", int64(m.Control))
		j.integer("ic", int64(m.IC))
		switch code, kind := m.Interrogator(); kind {
		case IICode:
			j.integer("ii", int64(code))
		case SICode:
			j.integer("si", int64(code))
		}
	case 17:
		j.boolean("crc_ok", m.Repaired == 0)
		j.integer("ca", int64(m.Control))
	case 18:
		j.boolean("crc_ok", m.Repaired == 0)
		j.integer("cf", int64(m.Control))
	case 19:
		j.integer("af", int64(m.Control))
	case 4, 5, 20, 21:
		j.integer("fs", int64(m.FS))
		j.integer("dr", int64(m.DR))
		j.integer("um", int64(m.UM))
		if n := m.Announces(); n > 0 {
			j.integer("elm_segments_announced", int64(n))
		}
	case 0, 16:
		j.integer("vs", int64(m.Control))
		j.integer("ri", int64(m.DR))
		j.integer("sl", int64(m.UM))
		if m.DF == 0 {
			j.bit("cc", m.Cross)
		}
	case 24:
		j.integer("ke", int64(m.Control>>4&1))
		j.integer("nd", int64(m.Control&15))
	}
	if m.Squitter() {
		if m.DF == 18 || m.Origin != Direct {
			j.text("source_kind", originNames[m.Origin])
			j.text("address_kind", kindNames[m.Kind])
		}
		if m.Coarse {
			j.integer("service_volume", int64(m.Sub))
		} else {
			j.integer("tc", int64(m.TC))
		}
		if !m.Coarse && (m.Sub != 0 || m.TC == 28 || m.TC == 29 || m.TC == 31) {
			j.integer("subtype", int64(m.Sub))
		}
	}
	m.register(j)
}

// repair writes which bits were corrected.
func (m *Message) repair(j *object) {
	if m.Repaired == 0 {
		return
	}
	j.key("repaired_bits")
	j.b = strconv.AppendUint(append(j.b, '['), uint64(m.RepairedBits[0]), 10)
	if m.Repaired > 1 {
		j.b = strconv.AppendUint(append(j.b, ','), uint64(m.RepairedBits[1]), 10)
	}
	j.b = append(j.b, ']')
}

// register writes which register it is, and which it may be.
func (m *Message) register(j *object) {
	if m.BDS != 0 {
		j.key("bds")
		j.b = append(j.b, '"', upperHex[m.BDS>>4], upperHex[m.BDS&0xF], '"')
	}
	if m.Overlay {
		j.boolean("bds_in_parity", true)
	}
	if m.Likely != 0 {
		j.key("bds_candidates")
		j.b = append(j.b, '[')
		for i, b := range inferable {
			if m.Likely&(1<<i) == 0 {
				continue
			}
			if j.b[len(j.b)-1] != '[' {
				j.b = append(j.b, ',')
			}
			j.b = append(j.b, '"', upperHex[b>>4], upperHex[b&0xF], '"')
		}
		j.b = append(j.b, ']')
	}
}

func (m *Message) identity(j *object) {
	if m.Is(HasCallsign) {
		j.key("callsign")
		n := len(m.Ident)
		for n > 0 && m.Ident[n-1] == ' ' {
			n--
		}
		j.b = append(append(append(j.b, '"'), m.Ident[:n]...), '"')
	}
	if m.Squitter() && m.Category != 0 {
		j.integer("category", int64(m.Category&0xF))
		j.key("category_set")
		j.b = append(j.b, '"', upperHex[m.Category>>4], '"')
	}
	if m.Is(HasSquawk) {
		j.key("squawk")
		s := m.Squawk
		j.b = append(j.b, '"', '0'+byte(s>>9&7), '0'+byte(s>>6&7), '0'+byte(s>>3&7), '0'+byte(s&7), '"')
	}
	if m.Is(HasEmergency) {
		j.integer("emergency_state", int64(m.Emergency))
	}
}

func (m *Message) place(j *object) {
	if m.Is(HasAltitude) {
		j.integer("altitude_ft", int64(m.Altitude))
	}
	if m.Is(HasGeoAltitude) {
		j.integer("geometric_altitude_ft", int64(m.GeoAltitude))
	}
	if m.Is(HasCPR) {
		if !m.Surface {
			j.integer("ss", int64(m.SS))
		}
		j.bit("cpr_odd", m.Odd)
		j.integer("cpr_lat", int64(m.CPRLat))
		j.integer("cpr_lon", int64(m.CPRLon))
	}
	if m.Is(HasPosition) {
		j.number("lat", m.Lat, 8)
		j.number("lon", m.Lon, 8)
	}
	if m.Is(HasMovement) {
		j.integer("movement", int64(m.Movement))
	}
	if half := m.SpeedHalfStep(); half > 0 {
		j.number("groundspeed_half_step_kt", float64(half), 4)
	}
	if m.Coarse {
		j.boolean("coarse", true)
	}
	if m.TC == 25 {
		m.high(j)
	}
}

func (m *Message) motion(j *object) {
	if kt, ok := m.Speed(); ok {
		j.number("groundspeed_kt", kt, 4)
	}
	if deg, ok := m.Track(); ok {
		if m.BDS == 0x50 {
			j.number("true_track_deg", deg, 6)
		} else {
			j.number("track_deg", deg, 6)
		}
	}
	if m.Is(HasHeading) {
		if m.BDS == 0x60 {
			j.number("mag_heading_deg", float64(m.Heading), 6)
		} else {
			j.number("heading_deg", float64(m.Heading), 6)
		}
	}
	if m.Is(HasAirspeed) {
		j.integer("airspeed_kt", int64(m.Airspeed))
		j.text("airspeed_type", pick(m.TASType, "TAS", "IAS"))
	}
	if m.Is(HasVerticalRate) {
		j.integer("vertical_rate_fpm", int64(m.VerticalRate))
		j.text("vr_source", pick(m.BaroRateSource, "BARO", "GNSS"))
	}
	if m.Is(HasGeoMinusBaro) {
		j.integer("geo_minus_baro_ft", int64(m.GeoMinusBaro))
	}
	if m.Is(HasNACv) {
		j.integer("nac_v", int64(m.NACv))
	}
	if m.Is(BeyondScale) {
		j.boolean("beyond_scale", true)
	}
}

func pick(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

func (m *Message) intent(j *object) {
	if m.Is(HasSelectedTarget) {
		j.integer("selected_altitude_ft", int64(m.SelectedAltitude))
		j.text("selected_altitude_source", pick(m.SelectedByFMS, "FMS", "MCP/FCU"))
	}
	if m.Is(HasSelectedHeading) {
		j.number("selected_heading_deg", float64(m.SelectedHeading), 6)
	}
	if m.Is(HasSelectedMCP) {
		j.integer("selected_altitude_mcp_ft", int64(m.SelectedMCP))
	}
	if m.Is(HasSelectedFMS) {
		j.integer("selected_altitude_fms_ft", int64(m.SelectedFMS))
	}
	if m.Is(HasQNH) {
		j.number("baro_setting_hpa", float64(m.QNH), 1)
	}
	if m.Is(HasModeFlags) {
		if m.Squitter() {
			j.boolean("autopilot", m.Autopilot)
			j.boolean("lnav", m.LNAV)
		}
		j.boolean("vnav", m.VNAV)
		j.boolean("alt_hold", m.AltHold)
		j.boolean("approach", m.Approach)
	}
	if m.Is(HasTCAS) {
		j.boolean("tcas_operational", m.TCAS)
	}
}

func (m *Message) quality(j *object) {
	if m.Is(HasVersion) {
		j.integer("adsb_version", int64(m.Version))
	}
	if m.Is(HasNACp) {
		j.integer("nac_p", int64(m.NACp))
	}
	if m.Is(HasSIL) {
		j.integer("sil", int64(m.SIL))
	}
	if m.Is(HasNICBaro) {
		j.bit("nic_baro", m.NICBaro)
	}
	if m.Is(HasNICa) {
		j.bit("nic_supplement_a", m.NICa)
	}
	if m.Is(HasNICb) {
		j.bit("me_bit8", m.NICb)
	}
	if m.Is(HasNICc) {
		j.bit("nic_supplement_c", m.NICc)
	}
	m.status(j)
	if m.Is(HasGVA) {
		j.integer("gva", int64(m.GVA))
	}
	if m.Is(HasSDA) {
		j.integer("sda", int64(m.SDA))
	}
}

// statusNames are the names of the flags of a status, in the order of their bits.
var statusNames = [...]string{"es_in", "uat_in", "air_velocity", "target_reports", "ra_active", "ident_active", "atc_services",
	"single_antenna", "position_offset", "low_power", "direction_is_heading", "magnetic_north", "sil_per_sample",
	"reply_rate_limiting", "remain_well_clear"}

func (m *Message) status(j *object) {
	if m.Is(HasStatus) && m.Status != 0 {
		j.key("status")
		j.b = append(j.b, '[')
		for i, name := range statusNames {
			if m.Status>>i&1 == 0 {
				continue
			}
			if j.b[len(j.b)-1] != '[' {
				j.b = append(j.b, ',')
			}
			j.b = append(append(append(j.b, '"'), name...), '"')
		}
		j.b = append(j.b, ']')
	}
	if v, ok := m.Version3(); ok {
		j.integer("receiver_version", int64(v.ReceiverVersion))
		if m.Sub == 0 {
			j.integer("transponder_side", int64(v.TransponderSide))
			j.integer("transmit_power", int64(v.TransmitPower))
			j.integer("reduced_equipment", int64(v.ReducedEquipment))
			j.integer("detect_and_avoid", int64(v.DetectAndAvoid))
			j.integer("coordination", int64(v.Coordination))
		}
	}
	if length, width, ok := m.Size(); ok {
		j.number("length_m", float64(length), 1)
		j.number("width_m", float64(width), 1)
	}
	right, aft, hasRight, hasAft := m.AntennaOffset()
	if hasRight {
		j.number("antenna_right_m", float64(right), 0)
	}
	if hasAft {
		j.number("antenna_aft_m", float64(aft), 0)
	}
	if m.Is(HasTargetModes) {
		j.integer("vertical_mode", int64(m.VerticalMode))
		j.integer("horizontal_mode", int64(m.HorizontalMode))
	}
}

func (m *Message) registers(j *object) {
	m.turnAndSpeed(j)
	m.weather(j)
	if m.Is(HasDataLink) {
		j.integer("subnetwork_version", int64(m.Subnetwork))
		j.boolean("acas_operational", m.ACAS)
		j.boolean("overlay", m.OverlayFlag)
	}
	if m.Is(HasCapability) {
		j.key("supported_bds")
		j.b = append(j.b, '[')
		for i, b := range served {
			if m.Capability>>(23-i)&1 == 0 {
				continue
			}
			if j.b[len(j.b)-1] != '[' {
				j.b = append(j.b, ',')
			}
			j.b = append(j.b, '"', upperHex[b>>4], ',', upperHex[b&0xF], '"')
		}
		j.b = append(j.b, ']')
	}
	if m.Is(HasRA) {
		m.advisory(j)
	}
	if m.CommB() {
		m.rare(j)
	}
}

// rare writes the registers whose values have no field.
func (m *Message) rare(j *object) {
	mb := m.body()
	if m.BDS >= 0x18 && m.BDS <= 0x1C {
		j.key("supported_bds")
		j.b = append(j.b, '[')
		for n := range 256 {
			b := BDS(n)
			if !offered(m.BDS, b, mb) {
				continue
			}
			if j.b[len(j.b)-1] != '[' {
				j.b = append(j.b, ',')
			}
			j.b = append(j.b, '"', upperHex[b>>4], ',', upperHex[b&0xF], '"')
		}
		j.b = append(j.b, ']')
	}
	l := layoutOf(m.BDS)
	if l == nil {
		return
	}
	var v Value
	for i := range l.fields {
		switch ok, _ := l.fields[i].read(mb, &v); {
		case !ok:
		case v.IsText:
			j.text(v.Name, string(bytes.TrimRight(v.Text[:], " ")))
		default:
			j.number(v.Name, v.Number, 6)
		}
	}
}

func (m *Message) advisory(j *object) {
	ra := &m.RA
	j.boolean("issued_ra", ra.Issued)
	j.integer("ara", int64(ra.Advisory))
	j.integer("rac", int64(ra.Complement))
	j.boolean("ra_terminated", ra.Terminated)
	j.boolean("multiple_threat", ra.Multiple)
	if ra.ThreatType == 1 {
		j.key("threat_icao")
		j.b = append(appendAddress(append(j.b, '"'), ra.Threat), '"')
	}
	if ra.HasThreatAltitude {
		j.integer("threat_altitude_ft", int64(ra.ThreatAltitude))
	}
	if ra.ThreatRange > 0 {
		j.number("threat_range_nm", float64(ra.ThreatRange), 1)
	}
	if ra.HasThreatBearing {
		j.number("threat_bearing_deg", float64(ra.ThreatBearing), 0)
	}
}

func (m *Message) turnAndSpeed(j *object) {
	if m.Is(HasRoll) {
		j.number("roll_deg", float64(m.Roll), 6)
	}
	if m.Is(HasTrackRate) {
		j.number("track_rate_deg_s", float64(m.TrackRate), 6)
	}
	if m.Is(HasTAS) {
		j.integer("tas_kt", int64(m.TAS))
	}
	if m.Is(HasIAS) {
		j.integer("ias_kt", int64(m.IAS))
	}
	if m.Is(HasMach) {
		j.number("mach", float64(m.Mach), 3)
	}
	if m.Is(HasBaroRate) {
		j.integer("baro_rate_fpm", int64(m.BaroRate))
	}
	if m.Is(HasInertialRate) {
		j.integer("inertial_rate_fpm", int64(m.InertialRate))
	}
}

func (m *Message) weather(j *object) {
	if m.Is(HasWind) {
		j.integer("wind_speed_kt", int64(m.WindSpeed))
		j.number("wind_dir_deg", float64(m.WindDirection), 6)
	}
	if m.Is(HasTemperature) {
		j.number("temp_c", float64(m.Temperature), 2)
	}
	if m.Is(HasPressure) {
		j.number("static_pressure_hpa", float64(m.Pressure), 0)
	}
	if m.Is(HasTurbulence) {
		j.integer("turbulence", int64(m.Turbulence))
	}
	if m.Is(HasHumidity) {
		j.number("humidity_percent", float64(m.Humidity), 1)
	}
}
