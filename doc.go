// Package entente holds the words of the system as plain types, one noun a file: what a sensor saw ([Plot]), what a
// tracker made of it ([Track]), what a member sees ([Entry]), what a rule found ([Alert]), who belongs ([Member]) and
// what was done and signed ([Act]).
//
// It imports the standard library alone, does no work and holds no state, so that every room can speak it without
// knowing another room. Inside are metres, radians, seconds and WGS-84; feet, knots and flight levels stay in codecs,
// publish and the page. Time of applicability and time of arrival are different fields everywhere.
//
//	p := entente.Plot{Sensor: 3, Kind: entente.ModeS, Time: entente.At(t), Range: 84_000, Azimuth: 1.2}
//	p.Set(entente.HasPolar)
package entente
