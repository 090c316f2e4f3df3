package main

import (
	"fmt"
	"strconv"

	"entente/feed"
)

// filter reads the flags that choose records.
func (c decodeCmd) filter() (f feed.Filter, err error) {
	f.Categories, f.Items, f.Formats = c.Cat, c.Item, c.DF
	for _, s := range c.Source {
		src, err := feed.ParseSource(s)
		if err != nil {
			return f, err
		}
		f.Sources = append(f.Sources, src)
	}
	for _, s := range c.Address {
		v, err := strconv.ParseUint(s, 16, 24)
		if err != nil {
			return f, fmt.Errorf("reading --address %q: want six hex digits, such as 4CA2D1", s)
		}
		f.Addresses = append(f.Addresses, uint32(v))
	}
	if c.Area != "" {
		if f.Area, err = feed.ParseArea(c.Area); err != nil {
			return f, err
		}
	}
	if c.From != "" {
		if f.From, err = feed.ParseBound(c.From); err != nil {
			return f, err
		}
	}
	if c.To != "" {
		f.To, err = feed.ParseBound(c.To)
	}
	return f, err
}
