// Package exchange carries signed envelopes between nodes.
//
// In go items and track batches for a partner; out come partners' items and batches, verified. Each node embeds one
// NATS server with JetStream and listens on one port. The reader dials the owner over mutual TLS 1.3 pinned to exactly
// that partner, may call four consumer subjects on the one stream that the owner keeps for it, and keeps its own cursor.
//
// The guarantee for items ([Exchange.Send]): each is handed to [Inbox.Store] once and in order per (from, to, stream),
// over cuts, restarts and kills of either end, as long as [Outbox] and [Inbox] keep their promises and the partner is
// not away longer than the owner's stream holds ([Limits.StreamBytes]; what was lost is then counted in [Item.Missed]).
// Live batches ([Exchange.SendLive]) are the latest only: what cannot go at once is dropped and counted. Nothing is
// handed on that is unsigned, altered, meant for another, replayed, out of its chain, from the future, expired or too
// large: it is refused and counted by [Reason] in [Link].
//
//	x, err := exchange.Start(exchange.Config{Self: node, Roster: roster, Dir: dir, Listen: "0.0.0.0:4222",
//		Partners: []exchange.Partner{{Member: "ARM", Address: "arm.example:4222"}},
//		Outbox: store, Inbox: store, OnLive: picture.Take})
//	seq, err := x.Send(ctx, "ARM", "acts", "act", signed, label)
//	err = x.SendLive("ARM", tracks, label)
package exchange
