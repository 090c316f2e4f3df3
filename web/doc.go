// Package web is the HTTP face of one or several members' nodes: the API described by /api/openapi.json, the live
// stream, the feeds that existing map pages read, metrics, and the page itself.
//
// In go backends ([Backend], one member's node each) and requests; out come JSON documents in the words of the root
// package, binary track columns once a second, and the embedded page. Guarantees: a request never holds up the picture
// (the hub asks each backend once a second, whatever the number of readers); a slow reader is dropped and counted, never
// waited for; a request that changes something is refused unless it is of the same origin and carries a person the
// backend knows; unknown fields, oversize bodies and foreign host names are refused.
//
//	h, err := web.New(web.Config{Backends: []web.Backend{n}, SignIn: web.ChoosePerson})
//	if err != nil { … }
//	defer h.Close()
//	http.Serve(listener, h)
package web
