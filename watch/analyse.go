package watch

import "entente"

// analyse finds proposals and questions in a report's sentences.
func (r Reader) analyse(rep entente.Report) Reading       { return Reading{Report: rep} }
func dateline(string, []entente.TextSpan) entente.Instant { return 0 }
