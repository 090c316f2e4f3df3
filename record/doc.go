// Package record keeps an append-only log that every member cosigns, over entries that are bytes to it.
//
// In go entries in the order a body's sequencer took them; out come signed heads (checkpoints), members' cosignatures
// on them, and proofs that one entry stands in the log, which anyone can check offline with a key file. The guarantee:
// what [Verify] accepts stands, at that place, in the one history that the quorum of witnesses has seen; a changed,
// dropped, reordered or denied entry needs as many forged signatures. Forms are public ones: RFC 6962 trees, C2SP
// signed-note, tlog-checkpoint, tlog-cosignature (Ed25519, cosignature/v1), tlog-proof, tlog-policy, tlog-tiles.
//
//	log, _ := record.Open(ctx, record.Config{Key: logKey, Signer: signer, Storage: storage, Policy: policy})
//	head, _ := log.Append(ctx, signedAct.Bytes)
//	update, _ := log.Update(ctx, sizeTheWitnessHas)
//	line, _ := witness.Cosign(ctx, update)      // at each member
//	_ = log.AddCosignatures(ctx, head.Size, line)
//	proof, _ := log.Prove(ctx, 0)
//	result, err := record.Verify(proof.Bytes(), policy)
package record
