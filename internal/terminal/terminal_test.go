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

// TestColour checks the rules of no-color.org and bixense.com/clicolors, and of those who have FORCE_COLOR.
// The file is not a terminal, so there is colour only by force.
func TestColour(t *testing.T) {
	for _, tt := range []struct {
		mode Mode
		env  []string
		want bool
	}{
		{Auto, nil, false},
		{Always, nil, true},
		{Always, []string{"NO_COLOR", "1"}, true},
		{Never, []string{"FORCE_COLOR", "1"}, false},
		{Auto, []string{"FORCE_COLOR", "1"}, true},
		{Auto, []string{"FORCE_COLOR", "0"}, false},
		{Auto, []string{"CLICOLOR_FORCE", "1"}, true},
		{Auto, []string{"CLICOLOR_FORCE", "0"}, false},
		{Auto, []string{"CLICOLOR_FORCE", "1", "NO_COLOR", "1"}, false},
		{Auto, []string{"FORCE_COLOR", "1", "NO_COLOR", ""}, true},
		{Auto, []string{"TERM", "xterm"}, false},
	} {
		if got := Colour(tt.mode, nil, env(tt.env...)); got != tt.want {
			t.Errorf("%q %q: %v", tt.mode, tt.env, got)
		}
	}
	for _, s := range []string{"auto", "always", "never"} {
		if _, err := ParseMode(s); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
	if _, err := ParseMode("yes"); err == nil {
		t.Error("yes is a mode")
	}
}
