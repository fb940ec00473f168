//go:build unix

package clients

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/seed-903fb8fe/wwwauth/interop/programs"
)

// TestChromium answers the dialog that Chromium would show, through its remote debugging protocol.
func TestChromium(t *testing.T) {
	programs.Nightly(t)
	path := programs.Find(t, "chromium")
	c := client{program: "Chromium", version: programs.Version(t, path, "--version"), knows: []string{"Digest SHA-256", "Digest MD5", "Basic"}}
	c.visit = func(t *testing.T, urls []string) []report {
		b := open(t, path)
		target := b.call("", "Target.createTarget", map[string]any{"url": "about:blank"})
		b.session = b.call("", "Target.attachToTarget", map[string]any{"targetId": target["targetId"], "flatten": true})["sessionId"].(string)
		b.call(b.session, "Fetch.enable", map[string]any{"handleAuthRequests": true})
		var reports []report
		for _, url := range urls {
			b.report = report{}
			b.call(b.session, "Page.navigate", map[string]any{"url": url})
			reports = append(reports, b.report)
		}
		return reports
	}
	c.check(t)
}

// A browser is a Chromium that is controlled through a pipe: JSON messages, each with a NUL after it.
type browser struct {
	t       *testing.T
	in      *os.File
	out     *bufio.Reader
	last    int
	session string
	report  report // what it asks its user while it visits a page
}

func open(t *testing.T, path string) *browser {
	t.Helper()
	inRead, inWrite, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	outRead, outWrite, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	cmd := exec.Command(path, "--headless=new", "--no-sandbox", "--no-first-run", "--disable-gpu", "--remote-debugging-pipe",
		"--no-proxy-server", "--user-data-dir="+home, "about:blank")
	cmd.Env = []string{"PATH=/usr/bin:/bin", "HOME=" + home, "TMPDIR=" + home}
	cmd.ExtraFiles = []*os.File{inRead, outWrite} // its descriptors 3 and 4
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = 30 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	inRead.Close()
	outWrite.Close()
	outRead.SetReadDeadline(time.Now().Add(5 * time.Minute)) // for all pages together
	b := &browser{t: t, in: inWrite, out: bufio.NewReader(outRead)}
	t.Cleanup(func() {
		b.send("", "Browser.close", nil)
		late := time.AfterFunc(30*time.Second, func() { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
		cmd.Wait()
		late.Stop()
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // what is left of it
		inWrite.Close()
		outRead.Close()
		if t.Failed() {
			t.Logf("%s printed\n%s", path, stderr.Bytes())
		}
	})
	return b
}

// send sends a command and returns its number.
func (b *browser) send(session, method string, params map[string]any) int {
	b.t.Helper()
	b.last++
	message := map[string]any{"id": b.last, "method": method, "params": params}
	if session != "" {
		message["sessionId"] = session
	}
	text, err := json.Marshal(message)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.in.Write(append(text, 0)); err != nil {
		b.t.Fatal(err)
	}
	return b.last
}

// call sends a command and waits for its result. Meanwhile it handles the requests of the page.
func (b *browser) call(session, method string, params map[string]any) map[string]any {
	b.t.Helper()
	id := b.send(session, method, params)
	for {
		text, err := b.out.ReadBytes(0)
		if err != nil {
			b.t.Fatalf("%s: %v", method, err)
		}
		var message struct {
			ID     int
			Method string
			Error  any
			Result map[string]any
			Params struct {
				RequestID     string
				AuthChallenge struct{ Realm string }
			}
		}
		if err := json.Unmarshal(text[:len(text)-1], &message); err != nil {
			b.t.Fatalf("%s: %v\n%s", method, err, text)
		}
		switch {
		case message.ID == id && message.Error != nil:
			b.t.Fatalf("%s: %v", method, message.Error)
		case message.ID == id:
			return message.Result
		case message.Method == "Fetch.requestPaused":
			b.send(b.session, "Fetch.continueRequest", map[string]any{"requestId": message.Params.RequestID})
		case message.Method == "Fetch.authRequired":
			b.report.asked, b.report.realm = true, message.Params.AuthChallenge.Realm
			b.send(b.session, "Fetch.continueWithAuth", map[string]any{"requestId": message.Params.RequestID, "authChallengeResponse": map[string]any{
				"response": "ProvideCredentials", "username": user, "password": password,
			}})
		}
	}
}
