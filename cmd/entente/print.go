package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// printFigures prints a flat JSON object as aligned lines, in its own order.
func printFigures(w io.Writer, object []byte) error {
	d := json.NewDecoder(bytes.NewReader(object))
	d.UseNumber()
	if _, err := d.Token(); err != nil {
		return fmt.Errorf("printing figures: %w", err)
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return fmt.Errorf("printing figures: %w", err)
		}
		value, err := d.Token()
		if err != nil {
			return fmt.Errorf("printing figures: %w", err)
		}
		if value == nil {
			value = "–"
		}
		if _, err := fmt.Fprintf(w, "%-26v %v\n", name, value); err != nil {
			return err
		}
	}
	return nil
}
