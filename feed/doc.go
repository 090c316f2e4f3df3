// Package feed turns sockets, captures and files into plots.
//
// In go bytes: ASTERIX by UDP (unicast or multicast), Mode S by TCP (Beast or AVR), captures and recordings of either,
// and CSV of plots. Out come batches of [entente.Plot] with the measurement's time in UTC beside the time of arrival,
// each of a sensor of the [Registry].
//
// Guarantees: bad input is counted by reason in [Stats], never stops a feed and never panics, and the good records
// around it are kept; time of day becomes an absolute time on the nearest day, across midnight; plots of a sensor that
// the registry does not know are counted, and dropped unless a default sensor is given; memory is bounded whatever
// arrives. Batches are reused: a sink copies what it keeps.
//
//	reg, err := feed.LoadRegistry("sensors.csv", file)
//	…
//	err = feed.Run(ctx, feed.Config{Name: "radars", URL: "udp://239.0.0.1:8600"}, reg, func(plots []entente.Plot) {
//		tracker.Take(plots)
//	}, stats)
package feed
