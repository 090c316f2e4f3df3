// Package publish writes the picture in the formats that the world's tools read, and sends it.
//
// In go picture entries or tracks, out come bytes: aircraft.json and receiver.json as tar1090 reads them, GeoJSON,
// Cursor-on-Target, BaseStation lines, Beast frames, ASTERIX 062 and 065, CSV and Parquet of tracks. Every writer appends
// to the caller's buffer; units become feet, knots and degrees only here. The senders ([UDP], [Server]) bound what they hold:
// a client that does not keep up is dropped and counted, and nobody else waits for it.
//
//	buf = publish.AppendAircraft(buf[:0], entries, now, messages)
//	server.Broadcast(publish.AppendPicture(buf[:0], entries, now, publish.AppendBeast))
package publish
