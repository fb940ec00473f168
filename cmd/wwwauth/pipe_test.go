//go:build !js && !plan9

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// TestClosedPipe checks that nobody is told of output that nobody reads.
func TestClosedPipe(t *testing.T) {
	for _, args := range [][]string{{"Basic realm='a b'"}, {}} {
		checkOutputError(t, args, fmt.Errorf("write: %w", syscall.EPIPE), 1, "")
	}
}

// TestReaderGone checks that the command ends as after all of its input if nobody reads on.
func TestReaderGone(t *testing.T) {
	if os.Getenv("WWWAUTH_TEST_MAIN") != "" {
		os.Args = []string{"wwwauth", "Basic realm='a b'"}
		main()
	}
	if runtime.GOOS == "windows" {
		t.Skip("no SIGPIPE")
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	defer w.Close()
	cmd := exec.Command(os.Args[0], "-test.run=^TestReaderGone$")
	cmd.Env = append(os.Environ(), "WWWAUTH_TEST_MAIN=1")
	cmd.Stdout = w
	var stderr strings.Builder
	cmd.Stderr = &stderr
	var exit *exec.ExitError
	if err := cmd.Run(); !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Errorf("%v, want exit status 1\n%s", err, stderr.String())
	}
}
