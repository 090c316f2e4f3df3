package exchange

// Reason says why a partner's message was refused.
type Reason string

// The reasons, each a label value of the metric that counts it.
const (
	Unsigned       Reason = "unsigned"        // no signature, or by a key that is not the partner's node's in use
	BadSignature   Reason = "bad_signature"   // the signature does not fit the bytes
	Malformed      Reason = "malformed"       // bytes that do not follow the format
	UnknownVersion Reason = "unknown_version" // a version we do not read
	WrongOrigin    Reason = "wrong_origin"    // of another member than the link's
	WrongAudience  Reason = "wrong_audience"  // meant for another member
	Mislabelled    Reason = "mislabelled"     // its label does not allow us to hold it
	Replayed       Reason = "replayed"        // seen before
	BrokenChain    Reason = "broken_chain"    // does not follow what we hold: the partner was rolled back or speaks two ways
	Gap            Reason = "gap"             // items before it are lost; itself it was taken
	FromTheFuture  Reason = "from_the_future" // its time is ahead of our clock by more than is allowed
	Stale          Reason = "stale"           // a live batch too old to be live
	Expired        Reason = "expired"         // its or its label's time is over
	TooLarge       Reason = "too_large"       // more bytes than agreed
	OverQuota      Reason = "over_quota"      // live batches faster, or streams more, than agreed
)

// Reasons lists all, for metrics.
var Reasons = []Reason{Unsigned, BadSignature, Malformed, UnknownVersion, WrongOrigin, WrongAudience, Mislabelled,
	Replayed, BrokenChain, Gap, FromTheFuture, Stale, Expired, TooLarge, OverQuota}
