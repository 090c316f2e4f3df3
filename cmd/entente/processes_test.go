package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"entente"
	"entente/sim"
)

// machine is one member's folder and its node as a process of its own.
type machine struct {
	t      *testing.T
	exe    string // the command
	member string
	dir    string
	link   string
	web    string
	radar  string // UDP address
	node   *exec.Cmd
	log    *os.File
}

// TestTwoProcesses goes from two bare machines to a proven decision: keys, settings, two nodes as processes, a radar's
// bytes over UDP, a consultation from the shell, and a kill -9 of either node on the way.
func TestTwoProcesses(t *testing.T) {
	if testing.Short() {
		t.Skip("two processes and a minute: not with -short")
	}
	t.Cleanup(func() {
		if exe, err := built(); err == nil {
			os.RemoveAll(filepath.Dir(exe))
		}
	})
	alfa, bravo := machineOf(t, "ALF", "Alfa"), machineOf(t, "BRA", "Bravo")
	alfa.pin(bravo)
	bravo.pin(alfa)
	alfa.settle(bravo, "[council, track]")
	bravo.settle(alfa, "[council]")
	alfa.start()
	bravo.start()
	traffic(t, alfa, bravo)
	alfa.waitFor("own aircraft", func() bool { return slices.Contains(alfa.aircraft(), "510001") })
	bravo.waitFor("own and the released aircraft", func() bool {
		seen := bravo.aircraft()
		return slices.Contains(seen, "510001") && slices.Contains(seen, "510002")
	})

	id := alfa.council("open", "council", "Who flies there?")
	bravo.waitFor("the consultation", func() bool { return strings.Contains(bravo.council("consultations"), id) })
	hash := bravo.council("table", id, "A radar", "Bravo lends Alfa a radar.")
	bravo.council("position", id, "agree", "--text", hash)
	alfa.kill()
	alfa.start()
	alfa.waitFor("the text after kill -9", func() bool { return strings.Contains(alfa.council("consultations"), hash) })
	alfa.council("position", id, "agree", "--text", hash)
	decision := bravo.council("adopt", id, "--text", hash, "--number", "1")
	bravo.kill()
	bravo.start()
	alfa.waitFor("the decision", func() bool { return strings.Contains(alfa.council("decisions"), decision) })

	for _, m := range []*machine{alfa, bravo} {
		m.waitFor("a head cosigned by both", func() bool { return m.cosigned() == 2 })
	}
	alfa.proven()
	if seen := alfa.aircraft(); slices.Contains(seen, "510002") {
		t.Errorf("Alfa sees %v though Bravo releases no tracks", seen)
	}
	alfa.restoreFromBackup()
	for _, pair := range [][2]*machine{{alfa, bravo}, {bravo, alfa}} {
		again := pair[0].council("open", "council", "Are you there, asks "+pair[0].member)
		pair[1].waitFor("a consultation after the restore", func() bool { return strings.Contains(pair[1].council("consultations"), again) })
	}
	alfa.waitFor("a head cosigned by both", func() bool { return alfa.cosigned() == 2 })
	alfa.stop()
	bravo.stop()
}

// restoreFromBackup copies the database beside the running node, loses the data folder and starts from the copy.
func (m *machine) restoreFromBackup() {
	m.t.Helper()
	copied, data := filepath.Join(m.dir, "backup.db"), filepath.Join(m.dir, "data")
	m.run("node", "--config", filepath.Join(m.dir, "node.yaml"), "--backup", copied)
	m.council("open", "council", "This one is lost with the folder, at "+m.member)
	m.stop()
	if err := os.RemoveAll(data); err != nil {
		m.t.Fatal(err)
	}
	if err := os.Mkdir(data, 0o700); err != nil {
		m.t.Fatal(err)
	}
	if err := os.Rename(copied, filepath.Join(data, "node.db")); err != nil {
		m.t.Fatal(err)
	}
	m.start("--restored")
}

// built is the command, built once.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "entente-built-")
	if err != nil {
		return "", err
	}
	exe := filepath.Join(dir, "entente")
	out, err := exec.Command("go", "build", "-o", exe, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building the command: %w: %s", err, out)
	}
	return exe, nil
})

// machineOf makes a member's keys in a folder of its own.
func machineOf(t *testing.T, member, name string) *machine {
	t.Helper()
	exe, err := built()
	if err != nil {
		t.Fatal(err)
	}
	m := &machine{t: t, exe: exe, member: member, dir: t.TempDir(), link: freePort(t, "tcp"), web: freePort(t, "tcp"), radar: freePort(t, "udp")}

	m.run("member", "init", member, name, "--dir", m.dir, "--address", m.link)
	t.Cleanup(m.kill)
	return m
}

func freePort(t *testing.T, network string) string {
	t.Helper()
	if network == "udp" {
		c, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		return c.LocalAddr().String()
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// try runs the command and returns what it printed.
func (m *machine) try(args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(m.t.Context(), 30*time.Second)
	defer cancel()
	c := exec.CommandContext(ctx, m.exe, args...)
	var errs bytes.Buffer
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil {
		return string(out), fmt.Errorf("entente %s: %w: %s", strings.Join(args, " "), err, errs.String())
	}
	return strings.TrimSpace(string(out)), nil
}

func (m *machine) run(args ...string) string {
	m.t.Helper()
	out, err := m.try(args...)
	if err != nil {
		m.t.Fatal(err)
	}
	return out
}

// pin adds a partner's file after the fingerprint was read out.
func (m *machine) pin(p *machine) {
	m.t.Helper()
	file := filepath.Join(p.dir, p.member+".member")
	spoken, err := m.try("member", "add", file, "--dir", m.dir)
	if err == nil {
		m.t.Fatal("a partner was added without its fingerprint")
	}
	print := regexp.MustCompile(`fingerprint (.*)`).FindStringSubmatch(spoken)[1]
	m.run("member", "add", file, "--dir", m.dir, "--fingerprint", print)
}

const organisation = `id: pair
name: Two States
as_of: 2020-01-01
matters: [substance]
members:
  - { id: ALF, name: Alfa, from: 2000-01-01 }
  - { id: BRA, name: Bravo, from: 2000-01-01 }
chairs:
  - { member: BRA, from: 2000-01-01, source: test }
bodies:
  - id: council
    name: Council
    office: delegate
    source: test
    sessions:
      - { kind: regular, chair: true, members: 0, source: test }
    rules:
      - { matter: "*", format: plenary, quorum: 2, absent: not_bound, decide: consensus, accession: true, source: test }
`

const borders = `{"type":"FeatureCollection","features":[
 {"type":"Feature","properties":{"id":"ALF","name":"Alfa"},"geometry":{"type":"Polygon","coordinates":[[[8,39],[14,39],[14,42],[8,42],[8,39]]]}},
 {"type":"Feature","properties":{"id":"BRA","name":"Bravo"},"geometry":{"type":"Polygon","coordinates":[[[28,39],[34,39],[34,42],[28,42],[28,39]]]}}]}`

// settle writes node.yaml and all that it names.
func (m *machine) settle(p *machine, kinds string) {
	m.t.Helper()
	host, lon := strings.ToLower(m.member), map[string]string{"ALF": "11.0", "BRA": "31.0"}[m.member]
	files := map[string]string{
		"organisation.yaml": organisation,
		"policy.yaml":       "rules:\n  - {name: to the partner, to: [" + p.member + "], kinds: " + kinds + "}\n",
		"sensors.csv": "id,kind,lat,lon,height_m,range_sigma_m,azimuth_sigma_deg,period_s,pd,max_range_m,sac,sic,owner,feed\n" +
			host + "-radar,mode_s,40.5," + lon + ",300,50,0.08,1,0.95,250000," + map[string]string{"ALF": "1", "BRA": "2"}[m.member] + ",1," + m.member + "," + host + "-radar\n",
		"borders.geojson": borders,
		"node.yaml": "member: " + m.member + "\ndata: data\nkey: node.key\nroster: roster\norganisation: organisation.yaml\n" +
			"policy: policy.yaml\nborders: borders.geojson\nsensors: sensors.csv\ntrack_history: 1h\n" +
			"feeds:\n  - {name: " + host + "-radar, url: \"udp://" + m.radar + "\", format: asterix}\n" +
			"persons:\n  - {name: Delegate, role: delegate}\n" +
			"link:\n  listen: " + m.link + "\n  partners: {" + p.member + ": \"" + p.link + "\"}\n" +
			"web:\n  listen: " + m.web + "\n  sign_in: choose_person\n",
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(m.dir, name), []byte(text), 0o600); err != nil {
			m.t.Fatal(err)
		}
	}
	if out := m.run("node", "--config", filepath.Join(m.dir, "node.yaml"), "--check"); !strings.Contains(out, "in order") {
		m.t.Fatal(out)
	}
}

// start starts the node and waits until it says it is ready.
func (m *machine) start(flags ...string) {
	m.t.Helper()
	var err error
	if m.log, err = os.OpenFile(filepath.Join(m.dir, "node.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err != nil {
		m.t.Fatal(err)
	}
	m.node = exec.Command(m.exe, append([]string{"node", "--config", filepath.Join(m.dir, "node.yaml")}, flags...)...)
	m.node.Stdout, m.node.Stderr = m.log, m.log
	if err := m.node.Start(); err != nil {
		m.t.Fatal(err)
	}
	m.waitFor("ready", func() bool {
		r, err := http.Get("http://" + m.web + "/readyz")
		if err != nil {
			return false
		}
		defer r.Body.Close()
		return r.StatusCode == http.StatusOK
	})
}

// kill is kill -9.
func (m *machine) kill() {
	if m.node == nil {
		return
	}
	_ = m.node.Process.Kill()
	_ = m.node.Wait() // killed: an error of no interest
	m.log.Close()
	m.node = nil
}

// stop ends the node as an operator does, and wants it to end well.
func (m *machine) stop() {
	m.t.Helper()
	if err := m.node.Process.Signal(os.Interrupt); err != nil {
		m.t.Fatal(err)
	}
	if err := m.node.Wait(); err != nil {
		m.t.Errorf("the node of %s ended with %v", m.member, err)
		m.tell()
	}
	m.log.Close()
	m.node = nil
}

func (m *machine) tell() {
	b, err := os.ReadFile(filepath.Join(m.dir, "node.log"))
	m.t.Logf("log of %s (%v):\n%s", m.member, err, b[max(0, len(b)-6000):])
}

func (m *machine) waitFor(what string, ok func() bool) {
	m.t.Helper()
	for end := time.Now().Add(40 * time.Second); !ok(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			m.tell()
			m.t.Fatalf("%s: not in time: %s", m.member, what)
		}
	}
}

// council runs a council command at this node as its delegate.
func (m *machine) council(args ...string) string {
	m.t.Helper()
	return m.run(append([]string{"council"}, append(args, "--node", "http://"+m.web, "--person", "Delegate")...)...)
}

func (m *machine) read(path string, into any) {
	m.t.Helper()
	r, err := http.Get("http://" + m.web + path)
	if err != nil {
		m.t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		m.t.Fatalf("%s: %s %v %s", path, r.Status, err, b)
	}
	if err := json.Unmarshal(b, into); err != nil {
		m.t.Fatalf("%s: %v", path, err)
	}
}

func (m *machine) aircraft() (hex []string) {
	m.t.Helper()
	var d struct {
		Aircraft []struct{ Hex string }
	}
	m.read("/data/aircraft.json", &d)
	for _, a := range d.Aircraft {
		hex = append(hex, a.Hex)
	}
	return hex
}

func (m *machine) cosigned() int {
	m.t.Helper()
	var d struct {
		Cosigned []string
		Problem  string
	}
	m.read("/api/records/council", &d)
	if d.Problem != "" {
		m.t.Errorf("the record of %s has a problem: %s", m.member, d.Problem)
	}
	return len(d.Cosigned)
}

// proven writes the decision's proof and the key file, and verifies one with the other without any node.
func (m *machine) proven() {
	m.t.Helper()
	var entries []struct {
		Index int
		Kind  string
	}
	m.read("/api/records/council/entries", &entries)
	i := slices.IndexFunc(entries, func(e struct {
		Index int
		Kind  string
	}) bool {
		return e.Kind == "decision.adopt"
	})
	if i < 0 {
		m.t.Fatalf("no adoption in %v", entries)
	}
	policy, proof := filepath.Join(m.dir, "pair.policy"), filepath.Join(m.dir, "decision.tlog-proof")
	text := m.run("record", "policy", "--node", "http://"+m.web, "--body", "council")
	if err := os.WriteFile(policy, []byte(text+"\n"), 0o600); err != nil {
		m.t.Fatal(err)
	}
	m.run("record", "proof", fmt.Sprint(entries[i].Index), "--node", "http://"+m.web, "--body", "council", "-o", proof)
	if out := m.run("record", "verify", proof, "--keys", policy); !strings.Contains(out, "cosigned by ALF BRA") && !strings.Contains(out, "cosigned by BRA ALF") {
		m.t.Errorf("verified, but: %s", out)
	}
	b, err := os.ReadFile(proof)
	if err != nil {
		m.t.Fatal(err)
	}
	if err := os.WriteFile(proof, bytes.Replace(b, []byte("index"), []byte("jndex"), 1), 0o600); err != nil {
		m.t.Fatal(err)
	}
	if _, err := m.try("record", "verify", proof, "--keys", policy); err == nil {
		m.t.Error("an altered proof was taken")
	}
}

const twoRadars = `name: pair
seed: 5
radars:
  - {name: alf-radar, member: ALF, kind: mode_s, sac: 1, sic: 1, lat: 40.5, lon: 11.0, height_m: 300, max_range_m: 250000, period_s: 1, range_sigma_m: 50, azimuth_sigma_deg: 0.08}
  - {name: bra-radar, member: BRA, kind: mode_s, sac: 2, sic: 1, lat: 40.5, lon: 31.0, height_m: 300, max_range_m: 250000, period_s: 1, range_sigma_m: 50, azimuth_sigma_deg: 0.08}
aircraft:
  - {callsign: TST100, address: "510001", squawk: "1234", at_end: return, route: [{lat: 40.9, lon: 10.5, altitude_m: 9000, speed_mps: 200}, {lat: 40.9, lon: 12.0, altitude_m: 9000}]}
  - {callsign: TST200, address: "510002", squawk: "1235", at_end: return, route: [{lat: 40.9, lon: 30.5, altitude_m: 9000, speed_mps: 200}, {lat: 40.9, lon: 32.0, altitude_m: 9000}]}
`

// traffic sends what two radars see to the nodes' UDP ports until the test ends.
func traffic(t *testing.T, machines ...*machine) {
	t.Helper()
	s, err := sim.ParseScenario("pair", []byte(twoRadars))
	if err != nil {
		t.Fatal(err)
	}
	w, err := sim.NewWorld(s, entente.At(time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	to := map[string]net.Conn{}
	for i, f := range s.Feeds() {
		c, err := net.Dial("udp", machines[i].radar)
		if err != nil {
			t.Fatal(err)
		}
		to[f.Name] = c
	}
	done := make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-done:
				return
			case <-time.After(100 * time.Millisecond):
			}
			w.Step(entente.At(time.Now()), func(feed string, _ entente.Instant, data []byte) {
				_, _ = to[feed].Write(data) // a radar does not care who listens
			})
		}
	}()
	t.Cleanup(func() {
		close(done)
		<-ended
		for _, c := range to {
			c.Close()
		}
	})
}
