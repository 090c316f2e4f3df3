// Package alert turns conditions ('this holds, with this evidence') into alerts and keeps each until a person closes it.
//
// In go all conditions that hold now, from each room that has rules, and what persons do; out come the alerts that
// changed. While a cause lasts there is one alert for it, however often it is reported. When the cause ceases that is
// noted and the alert waits for a person. A closed alert is not raised again while its cause lasts and grows no graver; if
// the cause comes back later, and the quiet time is over, a new alert is raised. The clock is the caller's; memory is bounded.
//
//	desk := alert.New(alert.Config{Origin: "BLR"})
//	for _, a := range desk.Observe(watch.Evaluate(entries, heard, now), now) {
//		store(a) // new, ceased or come back
//	}
//	a, err := desk.Acknowledge(id, "duty officer", "calling the sector", now)
package alert
