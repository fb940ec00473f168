//go:build unix

// Package programs runs servers and clients of others for the tests: on loopback, as the current user, and
// no longer than the test. .ci/install installs them on Debian.
package programs

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience is how long a program may take to start, to respond or to end.
const patience = 2 * time.Minute

// Nightly skips the test unless NIGHTLY is set, which .ci/nightly does.
func Nightly(t *testing.T) {
	t.Helper()
	if os.Getenv("NIGHTLY") == "" {
		t.Skip("only with NIGHTLY=1 in the environment")
	}
}

// Find returns the path of the first of the programs that is there. If none is, the test is skipped; with
// PROGRAMS=required in the environment, as .ci/run has it, it fails.
func Find(t *testing.T, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
		// Debian has servers in folders that are only in root's PATH.
		if path, err := exec.LookPath(filepath.Join("/usr/sbin", name)); err == nil {
			return path
		}
	}
	Missing(t, strings.Join(names, " and no "))
	return ""
}

// Missing skips the test, or lets it fail, because something that .ci/install installs is missing; see Find.
func Missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("PROGRAMS") == "required" {
		t.Fatalf("there is no %s", what)
	}
	t.Skipf("there is no %s; .ci/install installs it on Debian", what)
}

// Version returns the version of the Debian package that a file belongs to. If it belongs to none, it
// is the first word with a digit in front that the program prints when asked with the arguments.
func Version(t *testing.T, path string, args ...string) string {
	t.Helper()
	if owner, err := exec.Command("dpkg", "-S", path).Output(); err == nil {
		name, _, _ := strings.Cut(string(owner), ":")
		version, err := exec.Command("dpkg-query", "-Wf", "${Version}", name).Output()
		if err == nil {
			return string(version)
		}
	}
	out, err := exec.Command(path, args...).CombinedOutput()
	for word := range strings.FieldsSeq(string(out)) {
		if '0' <= word[0] && word[0] <= '9' {
			return word
		}
	}
	t.Fatalf("%s: no version in what %q prints: %v, %s", path, args, err, out)
	return ""
}

// Port returns a port of loopback, chosen by the kernel, for a server that the test starts. Until the
// test ends the port is bound to a socket that does not listen. So on Linux the kernel does not choose it again, but
// a program that asks for it by number with SO_REUSEADDR, as servers do, gets it.
func Port(t *testing.T) int {
	t.Helper()
	syscall.ForkLock.RLock()
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err == nil {
		syscall.CloseOnExec(socket)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS == "linux" {
		t.Cleanup(func() { syscall.Close(socket) })
	} else {
		defer syscall.Close(socket) // elsewhere a server could not bind the port beside it
	}
	if err := syscall.SetsockoptInt(socket, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Bind(socket, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	address, err := syscall.Getsockname(socket)
	if err != nil {
		t.Fatal(err)
	}
	return address.(*syscall.SockaddrInet4).Port
}

// Serve starts a server and waits until it accepts connections on each of the ports. When the test
// ends, the server ends, with all processes that it started. If the test failed, Serve logs what the server
// printed.
func Serve(t *testing.T, cmd *exec.Cmd, ports ...int) {
	t.Helper()
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = patience
	if err := cmd.Start(); err != nil {
		t.Fatalf("%s: %v", cmd, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		end(cmd.Process.Pid, ended)
		if t.Failed() && output.Len() > 0 {
			t.Logf("%s printed\n%s", cmd, output.Bytes())
		}
	})

	deadline := time.After(patience)
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for len(ports) > 0 {
		connection, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", ports[0]))
		if err == nil {
			connection.Close()
			ports = ports[1:]
			continue
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("%s ended before it served: %v", cmd, err)
		case <-deadline:
			t.Fatalf("%s does not serve: %v", cmd, err)
		case <-again.C:
		}
	}
}

// end terminates a process group, and kills what remains.
func end(group int, ended <-chan error) {
	syscall.Kill(-group, syscall.SIGTERM)
	select {
	case <-ended:
	case <-time.After(patience):
	}
	syscall.Kill(-group, syscall.SIGKILL) // whatever is left of it
}

// A Result is what a client printed, and how it ended.
type Result struct {
	Stdout, Stderr string
	Err            error // an *exec.ExitError unless it is nil
}

// Run runs a client to its end. It has an environment of its own: HOME is an empty folder, and
// there are no proxies, agents or terminals to ask; env is added. The test fails if the client cannot be
// started or does not end. If the test fails, for whatever reason, the client's standard error is logged.
func Run(t *testing.T, stdin string, env []string, path string, args ...string) Result {
	t.Helper()
	cmd := exec.Command(path, args...)
	cmd.Dir = t.TempDir()
	cmd.Env = append([]string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=" + cmd.Dir, "LC_ALL=C.UTF-8"}, env...)
	cmd.Stdin = strings.NewReader(stdin)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = patience
	if err := cmd.Start(); err != nil {
		t.Fatalf("%s: %v", cmd, err)
	}
	late := time.AfterFunc(2*patience, func() { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	err := cmd.Wait()
	t.Cleanup(func() {
		if t.Failed() && stderr.Len() > 0 {
			t.Logf("%s printed\n%s", cmd, stderr.Bytes())
		}
	})
	if !late.Stop() {
		t.Fatalf("%s does not end; it printed\n%s", cmd, stdout.Bytes())
	}
	syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // what it may have left behind
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v", cmd, err)
	}
	return Result{stdout.String(), stderr.String(), err}
}
