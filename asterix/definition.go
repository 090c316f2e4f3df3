package asterix

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed definitions/*.json
var definitionFiles embed.FS

// definition is one file of definitions/: a category's edition, or an edition of its reserved expansion field, or
// a use of its special purpose field.
// The format is described in definitions/README.md.
type definition struct {
	Category  uint8               `json:"category"`
	Edition   string              `json:"edition"`
	Date      string              `json:"date"`
	UAP       map[string][]string `json:"uap"`
	Select    *selector           `json:"select"`
	Items     map[string]*layout  `json:"items"`
	Expansion *layout             `json:"expansion"`
	Special   *layout             `json:"special"`
}

// selector names the field whose value chooses among several user application profiles.
type selector struct {
	On  string            `json:"on"`
	UAP map[string]string `json:"uap"`
}

// layout is one item, subitem or field, or spare bits.
type layout struct {
	ID         string             `json:"id"`
	Spare      int                `json:"spare"`
	Bits       int                `json:"bits"`
	Kind       string             `json:"kind"`
	LSB        string             `json:"lsb"`
	Unit       string             `json:"unit"`
	On         string             `json:"on"`
	Alts       map[string]*layout `json:"alts"`
	Group      []*layout          `json:"group"`
	Extended   [][]*layout        `json:"extended"`
	Compound   []*layout          `json:"compound"`
	FSPEC      string             `json:"fspec"`
	Repetitive string             `json:"repetitive"`
	Of         *layout            `json:"of"`
	Explicit   *string            `json:"explicit"`
}

// category holds what is known of one category: its editions, oldest first, and the paths of all their fields.
type category struct {
	number     uint8
	editions   []*definition
	expansions []*definition
	specials   []*definition
	handles    map[string]Handle
	paths      []string

	mu       sync.Mutex // guards compiled
	compiled map[string]*Edition
}

// categories loads each category's files on first use.
var categories [256]struct {
	once sync.Once
	cat  *category
}

// definitionNames lists the definition files by category.
var definitionNames = sync.OnceValue(func() (names [256][]string) {
	entries, err := definitionFiles.ReadDir("definitions")
	if err != nil {
		panic(fmt.Sprintf("asterix: reading embedded definitions: %v", err))
	}
	for _, e := range entries {
		n, err := strconv.ParseUint(e.Name()[:3], 10, 8)
		if err != nil {
			panic(fmt.Sprintf("asterix: definition file %s is not named by its category", e.Name()))
		}
		names[n] = append(names[n], e.Name())
	}
	return names
})

// loadCategory returns what is known of a category, nil when nothing is.
func loadCategory(number uint8) *category {
	c := &categories[number]
	c.once.Do(func() {
		names := definitionNames()[number]
		if len(names) == 0 {
			return
		}
		cat := &category{number: number, handles: map[string]Handle{}, compiled: map[string]*Edition{}}
		for _, name := range names {
			cat.add(name)
		}
		byAge := func(a, b *definition) int { return compareEditions(a.Edition, b.Edition) }
		slices.SortFunc(cat.editions, byAge)
		slices.SortFunc(cat.expansions, byAge)
		cat.name()
		c.cat = cat
	})
	return c.cat
}

// add reads one embedded file; a fault in it is a fault of the build, so it panics.
func (c *category) add(name string) {
	b, err := definitionFiles.ReadFile(path.Join("definitions", name))
	if err != nil {
		panic(fmt.Sprintf("asterix: reading embedded definition: %v", err))
	}
	d, err := readDefinition(b)
	if err != nil {
		panic(fmt.Sprintf("asterix: embedded file %s: %v", name, err))
	}
	c.take(d)
}

// take keeps a definition.
func (c *category) take(d *definition) {
	switch {
	case d.Expansion != nil:
		c.expansions = append(c.expansions, d)
	case d.Special != nil:
		c.specials = append(c.specials, d)
	default:
		c.editions = append(c.editions, d)
	}
}

// name gives every path of every edition and expansion its handle, in order of first appearance.
func (c *category) name() {
	note := func(p string) {
		if _, ok := c.handles[p]; !ok {
			c.handles[p] = Handle(c.number)<<16 | Handle(len(c.paths))
			c.paths = append(c.paths, p)
		}
	}
	for _, d := range c.editions {
		items := make([]string, 0, len(d.Items))
		for item := range d.Items {
			items = append(items, item)
		}
		slices.Sort(items)
		for _, item := range items {
			d.Items[item].walk(item, note)
		}
	}
	for _, d := range c.expansions {
		d.Expansion.walk("RE", note)
	}
	for _, d := range c.specials {
		d.Special.walk("SP", note)
	}
}

// walk calls note with the path of l and of everything named below it.
func (l *layout) walk(p string, note func(string)) {
	note(p)
	below := func(list []*layout) {
		for _, f := range list {
			if f != nil && f.ID != "" {
				f.walk(p+"/"+f.ID, note)
			}
		}
	}
	below(l.Group)
	for _, ext := range l.Extended {
		below(ext)
	}
	below(l.Compound)
	if l.Of != nil && l.Explicit != nil {
		l.Of.walk(p, note)
	} else if l.Of != nil {
		below(l.Of.Group)
	}
}

// compareEditions orders "0.23" before "1.9" before "1.10".
func compareEditions(a, b string) int {
	am, an := editionNumbers(a)
	bm, bn := editionNumbers(b)
	if am != bm {
		return am - bm
	}
	return an - bn
}

func editionNumbers(s string) (major, minor int) {
	a, b, _ := strings.Cut(s, ".")
	major, _ = strconv.Atoi(a)
	minor, _ = strconv.Atoi(b)
	return major, minor
}
