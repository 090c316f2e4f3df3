package track

// ledger says what the lanes produced by its place in the order of work: each place is one lane's.
type ledger struct{ tips []tips }

// tips are the first and the last thing of a place in its lane's chain, plus one; zero for none.
type tips struct{ lane, first, last int32 }

// chain holds for each thing that a lane produced the next one of the same place, −1 for none.
type chain []int32

// expect empties the ledger for n places.
func (g *ledger) expect(n int) {
	g.tips = resize(g.tips, n)
	clear(g.tips)
}

// add notes the newest thing of a lane.
func (g *ledger) add(key, lane int32, c *chain) {
	e := &g.tips[key]
	*c = append(*c, -1)
	n := int32(len(*c))
	if e.first == 0 {
		e.lane, e.first = lane, n
	} else {
		(*c)[e.last-1] = n - 1
	}
	e.last = n
}

// first is the lane of a place and the first thing there, −1 for none.
func (g *ledger) first(key int) (lane, i int32) { return g.tips[key].lane, g.tips[key].first - 1 }
