package asterix

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Bounds of what one definition file may describe.
const (
	maxParts = 4096     // layouts
	maxBits  = 8 * 4096 // of a field
	maxDepth = 16
)

// readDefinition reads a definition file and checks what the compiler relies on.
func readDefinition(data []byte) (*definition, error) {
	d := new(definition)
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(d); err != nil {
		return nil, fmt.Errorf("reading definition: %w", err)
	}
	k := definitionCheck{left: maxParts}
	k.definition(d)
	return d, k.err
}

type definitionCheck struct {
	left int // layouts still allowed
	err  error
}

func (k *definitionCheck) fail(format string, args ...any) {
	if k.err == nil {
		k.err = fmt.Errorf("reading definition: "+format, args...)
	}
}

func (k *definitionCheck) definition(d *definition) {
	kinds := 0
	for _, here := range []bool{d.UAP != nil || d.Items != nil, d.Expansion != nil, d.Special != nil} {
		if here {
			kinds++
		}
	}
	switch {
	case d.Category == 0 || !named(d.Edition):
		k.fail("category %d edition %q", d.Category, d.Edition)
	case kinds != 1:
		k.fail("wants items, an expansion or a special purpose field: one of them")
	case d.Expansion != nil:
		k.layout("RE", d.Expansion, 0)
	case d.Special != nil:
		k.layout("SP", d.Special, 0)
	default:
		k.profiles(d)
		for name, l := range d.Items {
			if !named(name) {
				k.fail("item is named %q", name)
			}
			k.layout(name, l, 0)
		}
	}
}

// profiles checks that there is one, or that a field chooses among several.
func (k *definitionCheck) profiles(d *definition) {
	if len(d.UAP) == 0 || len(d.UAP) > 1 != (d.Select != nil) {
		k.fail("has %d profiles and a field that chooses: %v", len(d.UAP), d.Select != nil)
	}
	for name, list := range d.UAP {
		if len(list) == 0 || len(list) > maxParts {
			k.fail("profile %q has %d items", name, len(list))
			return
		}
		if _, ok := d.Items[list[0]]; !ok {
			k.fail("profile %q begins with %q", name, list[0])
		}
		seen := map[string]bool{}
		for _, item := range list {
			if item != "-" && item != "rfs" && seen[item] {
				k.fail("profile %q has item %s twice", name, item)
			}
			seen[item] = true
		}
	}
	if d.Select == nil {
		return
	}
	for _, name := range d.Select.UAP {
		if _, ok := d.UAP[name]; !ok {
			k.fail("no profile %q to choose", name)
		}
	}
}

// named says whether s can name an item or field, or an edition.
func named(s string) bool {
	return s != "" && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.") == ""
}

// layout checks one layout and all below it.
func (k *definitionCheck) layout(path string, l *layout, depth int) {
	if k.left--; k.left < 0 || depth > maxDepth {
		k.fail("%s: more than %d parts, or deeper than %d", path, maxParts, maxDepth)
		return
	}
	if l == nil {
		k.fail("%s is null", path)
		return
	}
	forms := 0
	for _, here := range []bool{l.Bits != 0 || l.Spare != 0, l.Group != nil, l.Extended != nil, l.Compound != nil, l.Repetitive != "", l.Explicit != nil} {
		if here {
			forms++
		}
	}
	switch {
	case forms != 1:
		k.fail("%s: wants bits, spare, group, extended, compound, repetitive or explicit: one of them", path)
	case l.Extended != nil:
		k.extents(path, l, depth)
	case l.Compound != nil:
		k.subitems(path, l, depth)
	case l.Repetitive != "":
		if l.Repetitive != "count" && l.Repetitive != "fx" || l.Of == nil {
			k.fail("%s is repetitive %q of nothing", path, l.Repetitive)
			return
		}
		k.content(path, l.Of, depth+1)
	case l.Explicit != nil:
		if l.Of != nil {
			k.layout(path, l.Of, depth+1)
		}
	default:
		k.content(path, l, depth)
	}
}

func (k *definitionCheck) extents(path string, l *layout, depth int) {
	if len(l.Extended) == 0 {
		k.fail("%s has no extent", path)
	}
	for i, ext := range l.Extended {
		width := k.members(path, ext, depth+1)
		if width == 0 || i < len(l.Extended)-1 && width%8 != 7 {
			k.fail("%s has an extent of %d bits", path, width)
		}
	}
}

func (k *definitionCheck) subitems(path string, l *layout, depth int) {
	if l.FSPEC != "" && l.FSPEC != "octet" || l.FSPEC == "octet" && len(l.Compound) > 8 || len(l.Compound) == 0 {
		k.fail("%s has %d subitems and field specification %q", path, len(l.Compound), l.FSPEC)
	}
	for _, sub := range l.Compound {
		if sub == nil {
			continue
		}
		if !named(sub.ID) {
			k.fail("%s has a subitem named %q", path, sub.ID)
		}
		k.layout(path+"/"+sub.ID, sub, depth+1)
	}
}

// members checks the fields of a group or extent and returns their width.
func (k *definitionCheck) members(path string, list []*layout, depth int) int {
	width := 0
	for _, f := range list {
		if f != nil && f.Spare == 0 && !named(f.ID) {
			k.fail("%s has a field named %q", path, f.ID)
		}
		id := ""
		if f != nil {
			id = f.ID
		}
		width += k.content(path+"/"+id, f, depth)
	}
	return width
}

// content checks a field, spare bits or a group, and returns the width.
func (k *definitionCheck) content(path string, l *layout, depth int) int {
	if k.left--; k.left < 0 || depth > maxDepth || l == nil {
		k.fail("%s is null, has more than %d parts, or is deeper than %d", path, maxParts, maxDepth)
		return 0
	}
	if l.Extended != nil || l.Compound != nil || l.Repetitive != "" || l.Explicit != nil {
		k.fail("%s is no field and no group", path)
		return 0
	}
	if l.Group != nil {
		return k.members(path, l.Group, depth+1)
	}
	if w := l.Bits + l.Spare; l.Bits < 0 || l.Spare < 0 || w == 0 || w > maxBits || l.Bits > 0 && l.Spare > 0 {
		k.fail("%s has %d bits and %d spare ones", path, l.Bits, l.Spare)
		return 0
	}
	if l.Spare == 0 {
		k.kind(path, l.Kind, l)
	}
	return l.Bits + l.Spare
}

// kind checks that a field is as wide as its kind can be.
func (k *definitionCheck) kind(path, name string, l *layout) {
	w := l.Bits
	ok := w <= 64
	switch name {
	case "raw", "table", "uint", "bds":
		ok = w <= 64 || w%8 == 0
	case "unsigned", "signed":
		ok = ok && l.LSB != ""
	case "int":
	case "string_octal":
		ok = ok && w%3 == 0
	case "string_icao":
		ok = ok && w%6 == 0
	case "string_ascii":
		ok = w%8 == 0
	case "address":
		ok = w == 24
	case "case":
		ok = ok && l.Alts != nil
		for _, alt := range l.Alts {
			if alt == nil || !slices.Contains([]string{"raw", "table", "uint", "unsigned", "signed", "int"}, alt.Kind) || (alt.Kind == "unsigned" || alt.Kind == "signed") != (alt.LSB != "") {
				k.fail("%s has a case that is no number", path)
			}
		}
	default:
		ok = false
	}
	if !ok {
		k.fail("%s cannot be %d bits of kind %q with LSB %q", path, w, name, l.LSB)
	}
}
