// Package terminal asks the environment how output is to be laid out: whether it goes to a terminal, how
// wide that is, and whether it shows colour.
package terminal

import (
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// Is reports whether the file is a terminal, or another character device.
func Is(file any) bool {
	f, ok := file.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// Colour reports whether a terminal shows colour and its user likes it (no-color.org). Older consoles of
// Windows show the escapes as text; the newer ones set WT_SESSION.
func Colour(getenv func(string) string) bool {
	if getenv("NO_COLOR") != "" || getenv("TERM") == "dumb" {
		return false
	}
	return runtime.GOOS != "windows" || slices.ContainsFunc([]string{"WT_SESSION", "TERM"}, func(name string) bool {
		return getenv(name) != ""
	})
}

// The bounds of a width, and what it is where nobody knows.
const (
	least = 40
	most  = 200
	usual = 80
)

// Width returns the number of columns for output to the file: that of the variable COLUMNS, that of
// the terminal, or 80; from 40 to 200.
func Width(file any, getenv func(string) string) int {
	n, err := strconv.Atoi(getenv("COLUMNS"))
	if err != nil || n <= 0 {
		n = 0
		if f, ok := file.(*os.File); ok && Is(file) {
			n = columns(f)
		}
	}
	if n <= 0 {
		return usual
	}
	return min(max(n, least), most)
}

// columns asks the program stty, which knows how to on each system that has terminals; 0 if it cannot tell.
func columns(terminal *os.File) int {
	if runtime.GOOS == "windows" || runtime.GOOS == "plan9" || runtime.GOOS == "js" || runtime.GOOS == "wasip1" {
		return 0
	}
	stty := exec.Command("stty", "size")
	stty.Stdin = terminal
	out, err := stty.Output()
	if err != nil {
		return 0
	}
	_, columns, _ := strings.Cut(strings.TrimSpace(string(out)), " ")
	n, err := strconv.Atoi(columns)
	if err != nil {
		return 0
	}
	return n
}
