// Package node runs one member's node: the only place where rooms meet.
//
// In go the bytes of the member's feeds, partners' released items over the exchange, and what persons do on the page;
// out come the picture, alerts, the council's state and record, and what the release policy lets go to partners.
//
// Guarantees: nothing leaves but what the policy releases; what was acknowledged is on disk; a partner's bad item is
// refused, counted and kept in the audit trail, and changes nothing; items stored before a crash are worked on after it.
//
//	n, err := node.Start(ctx, config)
//	defer n.Close()
//	server, err := web.New(web.Config{Backends: []web.Backend{n}})
package node
