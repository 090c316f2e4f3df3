// Package sim flies aircraft through a scenario and lets radars and ADS-B receivers see them.
//
// In goes a [Scenario]: radars and receivers with their accuracies, aircraft with routes and events, or traffic between
// named airports. Out come the bytes that such sensors send, ASTERIX 048 and 034 from radars timed by their antennas,
// Beast frames from receivers, and the truth behind them.
//
// It guarantees that one scenario, seed and start give the same bytes however the time is cut into steps, that truth and
// bytes come from the same motion, and that memory does not grow with time. It opens no sockets. Pressure altitude is
// taken as equal to the height above the ellipsoid: there is no weather.
//
//	world, err := sim.NewWorld(sim.Demo(), entente.At(time.Now()))
//	…
//	world.Step(entente.At(time.Now()), func(feed string, at entente.Instant, data []byte) { send(feed, data) })
package sim
