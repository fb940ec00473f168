// Package other builds values that the analyzer must not guess at.
package other

func Challenge() string      { return "" }
func Escape(s string) string { return "" }
func Realm() (string, error) { return "", nil }
func Params() []string       { return nil }
