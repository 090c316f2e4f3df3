package asterix

import (
	"fmt"
	"slices"
	"strings"
)

// Edition is one edition of a category, ready to read and write records. It does not change and may be shared.
type Edition struct {
	category  uint8
	name      string
	expansion string // edition of the reserved expansion field, empty when it stays bytes
	special   string // use of the special purpose field, empty when it stays bytes

	nodes   []node
	leaves  []leaf
	uaps    []uap
	choose  int            // leaf that selects a profile, -1 when there is one profile
	chooser int16          // item that holds it
	chosen  map[uint64]int // its value to profile
	slots   []slot         // by the index of a handle
	parents []int16        // by node: the node that holds it, -1 for an item
	octets  int            // of all fixed nodes
	sourced bool           // every record begins with item 010 as SAC and SIC

	checks []check // what a probe looks at
}

// uap is a user application profile: the node of each field reference number.
type uap struct {
	name  string
	nodes []int16 // -1 for a spare
	items []string
}

// slot says where a handle's path lies in an edition.
type slot struct {
	node int16 // -1 when the edition has no such path
	leaf int16 // -1 when the path is not a single field
}

// defaults names the edition of a category to use where no rule says otherwise and the newest is not meant.
var defaults = map[uint8]string{48: "1.31"}

// private lists the defined categories whose number is used privately in the field: a decoder leaves them as bytes
// until a rule names an edition.
var private = []uint8{32}

// Defined says whether any edition of the category is known.
func Defined(category uint8) bool { return len(definitionNames()[category]) > 0 }

// Categories lists the categories that have a definition, in order.
func Categories() []uint8 {
	var list []uint8
	for i, names := range definitionNames() {
		if len(names) > 0 {
			list = append(list, uint8(i))
		}
	}
	return list
}

// Editions lists the editions of a category, oldest first.
func Editions(category uint8) []string {
	var list []string
	if c := loadCategory(category); c != nil {
		for _, d := range c.editions {
			list = append(list, d.Edition)
		}
	}
	return list
}

// Expansions lists the editions of a category's reserved expansion field, oldest first.
func Expansions(category uint8) []string {
	var list []string
	if c := loadCategory(category); c != nil {
		for _, d := range c.expansions {
			list = append(list, d.Edition)
		}
	}
	return list
}

// Specials lists the known uses of a category's special purpose field, such as "artas".
func Specials(category uint8) []string {
	var list []string
	if c := loadCategory(category); c != nil {
		for _, d := range c.specials {
			list = append(list, d.Edition)
		}
	}
	return list
}

// Get returns an edition of a category with the newest definition of its reserved expansion field. An empty name
// means the default: the newest, but 048 edition 1.31.
func Get(category uint8, edition string) (*Edition, error) {
	c := loadCategory(category)
	if c == nil {
		return nil, fmt.Errorf("asterix: category %03d has no definition; defined are %d", category, Categories())
	}
	expansion := ""
	if n := len(c.expansions); n > 0 {
		expansion = c.expansions[n-1].Edition
	}
	return c.get(edition, expansion, "")
}

// GetExpansion is [Get] with a given edition of the reserved expansion field; "none" leaves that field as bytes. After a
// plus sign, or alone, comes the use of the special purpose field: "1.2+artas", "artas". Without one that stays bytes.
func GetExpansion(category uint8, edition, expansion string) (*Edition, error) {
	if expansion == "" {
		return Get(category, edition)
	}
	c := loadCategory(category)
	if c == nil {
		return nil, fmt.Errorf("asterix: category %03d has no definition; defined are %d", category, Categories())
	}
	expansion, special, _ := strings.Cut(expansion, "+")
	if special == "" && slices.Contains(Specials(category), expansion) {
		expansion, special = "", expansion
	}
	if special != "" && !slices.Contains(Specials(category), special) {
		return nil, fmt.Errorf("asterix: category %03d has no use %q of the special purpose field; it has %q", category, special, Specials(category))
	}
	if n := len(c.expansions); n > 0 && expansion == "" {
		expansion = c.expansions[n-1].Edition
	}
	if expansion == "none" || expansion == "" {
		expansion = ""
	} else if !slices.Contains(Expansions(category), expansion) {
		return nil, fmt.Errorf("asterix: category %03d has no reserved expansion edition %q; it has %q", category, expansion, Expansions(category))
	}
	return c.get(edition, expansion, special)
}

// get compiles on first use.
func (c *category) get(edition, expansion, special string) (*Edition, error) {
	if edition == "" {
		if edition = defaults[c.number]; edition == "" {
			edition = c.editions[len(c.editions)-1].Edition
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	key := edition + " " + expansion + " " + special
	if e := c.compiled[key]; e != nil {
		return e, nil
	}
	var d, x, sp *definition
	for _, have := range c.editions {
		if have.Edition == edition {
			d = have
		}
	}
	for _, have := range c.expansions {
		if have.Edition == expansion {
			x = have
		}
	}
	for _, have := range c.specials {
		if have.Edition == special {
			sp = have
		}
	}
	if d == nil {
		return nil, fmt.Errorf("asterix: category %03d has no edition %q; it has %q", c.number, edition, Editions(c.number))
	}
	e, err := compile(c, d, x, sp)
	if err != nil {
		return nil, fmt.Errorf("asterix: compiling category %03d edition %s: %w", c.number, edition, err)
	}
	c.compiled[key] = e
	return e, nil
}

// Category returns the category.
func (e *Edition) Category() uint8 { return e.category }

// Name returns the edition, such as "1.31".
func (e *Edition) Name() string { return e.name }

// Expansion returns the edition of the reserved expansion field in use, empty when it stays bytes.
func (e *Edition) Expansion() string { return e.expansion }

// Special returns the use of the special purpose field that is read, empty when it stays bytes.
func (e *Edition) Special() string { return e.special }

// FieldInfo describes one field of an edition.
type FieldInfo struct {
	Path   string  // "040/RHO"
	Bits   int     // width
	Signed bool    // two's complement
	LSB    float64 // weight of the least significant bit; 1 when not scaled
	Unit   string  // of the scaled value
	Repeat bool    // has a value per repetition
	Text   bool    // characters, octal digits or an address
}

// Fields lists the fields of the edition in the order of their items; spare bits are left out.
func (e *Edition) Fields() []FieldInfo {
	var list []FieldInfo
	for i := range e.leaves {
		f := &e.leaves[i]
		if f.kind == kindSpare {
			continue
		}
		list = append(list, e.info(f))
	}
	return list
}

func (e *Edition) info(f *leaf) FieldInfo {
	lsb := 1.0
	if f.scale.den != 0 {
		lsb = f.scale.value(1)
	}
	return FieldInfo{
		Path: f.path, Bits: f.width, Signed: f.kind == kindSigned || f.kind == kindInt, LSB: lsb, Unit: f.scale.unit,
		Repeat: e.nodes[f.node].repeats(), Text: slices.Contains([]kind{kindICAO, kindASCII, kindOctal, kindAddress}, f.kind),
	}
}

// Info describes the field of a handle; false when the edition has no such field.
func (e *Edition) Info(h Handle) (FieldInfo, bool) {
	l := e.at(h).leaf
	if l < 0 {
		return FieldInfo{}, false
	}
	return e.info(&e.leaves[l]), true
}

// Items lists the items of the edition in the order of its first profile, then of the others.
func (e *Edition) Items() []string {
	var list []string
	for _, u := range e.uaps {
		for i, item := range u.items {
			if n := u.nodes[i]; n >= 0 && e.nodes[n].shape != sequence && !slices.Contains(list, item) {
				list = append(list, item)
			}
		}
	}
	return list
}

// at returns where a handle lies in e; both -1 when it does not.
func (e *Edition) at(h Handle) slot {
	if i := int(h & 0xFFFF); e != nil && uint8(h>>16) == e.category && i < len(e.slots) {
		return e.slots[i]
	}
	return slot{-1, -1}
}
