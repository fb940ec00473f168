// Package terminal finds out how to lay out output: whether it goes to a terminal, how wide that is, and
// whether it shows colour.
package terminal

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
)

// Is reports whether the file is a terminal, or any other character device except the null device.
func Is(file any) bool {
	f, ok := file.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}

// A Mode says when to use colour.
type Mode string

// The modes.
const (
	Auto   Mode = "" // on a terminal, subject to environment variables
	Always Mode = "always"
	Never  Mode = "never"
)

// ParseMode returns the mode with the name.
func ParseMode(s string) (Mode, error) {
	switch s {
	case "auto":
		return Auto, nil
	case "always", "never":
		return Mode(s), nil
	}
	return Auto, errors.New("it is auto, always or never")
}

// Colour reports whether to use colour in output to the file. In Auto, NO_COLOR (no-color.org) turns it off,
// then CLICOLOR_FORCE and FORCE_COLOR turn it on; otherwise it is for terminals. Older Windows consoles show
// escapes as text; the newer ones set WT_SESSION.
func Colour(m Mode, file any, getenv func(string) string) bool {
	isOn := func(name string) bool { s := getenv(name); return s != "" && s != "0" && s != "false" }
	switch {
	case m != Auto:
		return m == Always
	case getenv("NO_COLOR") != "":
		return false
	case isOn("CLICOLOR_FORCE"), isOn("FORCE_COLOR"):
		return true
	case !Is(file), getenv("TERM") == "dumb", getenv("CLICOLOR") == "0", getenv("FORCE_COLOR") == "0":
		return false
	}
	return runtime.GOOS != "windows" || getenv("WT_SESSION") != "" || getenv("TERM") != ""
}

// The bounds of a width, and the default.
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

// columns asks the program stty, which every system with terminals has; it returns 0 if stty does not know.
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

// Password asks for a password on the terminal of the process, without showing it. It returns an error if there
// is no terminal.
func Password(prompt string) (string, error) {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return "", err
	}
	defer tty.Close()
	echo := func(s string) error {
		stty := exec.Command("stty", s)
		stty.Stdin = tty
		return stty.Run()
	}
	// Ctrl-C must not leave a terminal without echo, so catch it before the echo is off.
	interrupted := make(chan os.Signal, 1)
	signal.Notify(interrupted, os.Interrupt)
	defer signal.Stop(interrupted)
	if err := echo("-echo"); err != nil {
		return "", err // better none than one that is shown
	}
	done := make(chan struct{})
	go func() {
		select {
		case <-interrupted:
			echo("echo")
			tty.WriteString("\n")
			os.Exit(130)
		case <-done:
		}
	}()
	tty.WriteString(prompt)
	line, err := bufio.NewReader(tty).ReadString('\n')
	close(done)
	echo("echo")
	tty.WriteString("\n")
	if err != nil && line == "" {
		return "", err
	}
	return strings.TrimRight(line, "\r\n"), nil
}
