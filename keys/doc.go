// Package keys says who a member, a node and a person are.
//
// In go a member's root key (kept offline) and the public files of partners; out come signatures, a [Roster] of pinned
// public material, opened acts, and TLS settings for links. The guarantee: what [Roster.Verify] or [Roster.OpenAct]
// accepts was signed, for that one purpose, by a key that the named member's pinned root has certified (a person's also
// by the member's node), within its dates and not revoked. There is no common authority: each node pins each partner.
//
// All keys are Ed25519 (RFC 8032). A node has one secret; a key for each [Purpose] is derived from it, and [Identity.Sign]
// uses Ed25519ctx, so that a signature made for one context can never stand in another.
//
//	root, _ := keys.NewRoot("BLR", "Belarus")
//	node, _ := root.NewNode("minsk-1", from, until)
//	roster := keys.NewRoster()
//	_ = roster.Add(partnersJoinFile) // after the fingerprints were compared by telephone
//	signed, _ := node.SignAct(act)
//	act, err := roster.OpenAct(signed)
package keys
