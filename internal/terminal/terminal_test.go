package terminal

import (
	"os"
	"testing"
)

func env(vars ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(vars); i += 2 {
			if vars[i] == name {
				return vars[i+1]
			}
		}
		return ""
	}
}

func TestWidth(t *testing.T) {
	for columns, want := range map[string]int{"": 80, "100": 100, "40": 40, "39": 40, "1": 40, "200": 200, "201": 200, "0": 80, "-5": 80, "x": 80} {
		if got := Width(nil, env("COLUMNS", columns)); got != want {
			t.Errorf("COLUMNS=%s: %d, want %d", columns, got, want)
		}
	}
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := Width(f, env()); got != 80 {
		t.Errorf("no terminal: %d", got)
	}
}
