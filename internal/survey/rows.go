package survey

import (
	"fmt"
	"strings"

	"github.com/seed-903fb8fe/wwwauth"
	"github.com/seed-903fb8fe/wwwauth/internal/input"
	"github.com/seed-903fb8fe/wwwauth/internal/known"
	"github.com/seed-903fb8fe/wwwauth/lint"
)

// This file numbers the rows of the table.

const (
	responses = iota
	demanding
	missingField
	status401
	status407
	status2xx
	status3xx
	status403
	status4xx
	status5xx
	statusOther
	statusUnknown

	allFields
	proxyFields
	optionalFields
	conforming
	repaired
	unreadable
	severalChallenges

	allChallenges

	brokenMembers
	brokenRecords
	cutRecords
	brokenObjects
	longFields
	misspeltFields
	unreadFields

	schemesAt
)

// names are those of the rows before schemesAt.
var names = [schemesAt]string{
	responses:     "all",
	demanding:     "401, 407, or with a challenge",
	missingField:  "401 or 407 without its field",
	status401:     "401",
	status407:     "407",
	status2xx:     "2xx",
	status3xx:     "3xx",
	status403:     "403",
	status4xx:     "other 4xx",
	status5xx:     "5xx",
	statusOther:   "other status",
	statusUnknown: "unknown status",

	allFields:         "all",
	proxyFields:       "Proxy-Authenticate",
	optionalFields:    "Optional-WWW-Authenticate",
	conforming:        "conform to RFC 9110",
	repaired:          "with departures, and readable",
	unreadable:        "with departures, and not readable",
	severalChallenges: "with several challenges",

	allChallenges: "all",

	brokenMembers:  "breaks in gzip files",
	brokenRecords:  "broken WARC records",
	cutRecords:     "WARC records cut short",
	brokenObjects:  "broken JSON lines of scanners",
	longFields:     "fields longer than 1 MiB",
	misspeltFields: "names close to a challenge field's, at least",
	unreadFields:   "challenge fields in unknown form, at least",
}

// What a challenge may have besides known parameters.
var (
	otherParam = len(known.Params)
	token68    = otherParam + 1
	noParam    = otherParam + 2
	numParams  = otherParam + 3
)

var (
	rules = lint.Rules()

	// numCodes is the number of codes, which have the numbers from 1.
	numCodes = func() (n int) {
		for !strings.HasPrefix(wwwauth.Code(n+1).String(), "Code(") {
			n++
		}
		return n
	}()
	numSchemes = len(known.Schemes) + 1 // with other
	paramsAt   = schemesAt + numSchemes
	codesAt    = paramsAt + numSchemes*numParams
	rulesAt    = codesAt + numCodes
	productsAt = rulesAt + len(rules)
	numRows    = productsAt + len(products) + 2 // other, and none

	schemeNumbers  = numbers(known.Schemes)
	paramNumbers   = numbers(known.Params)
	productNumbers = numbers(products)
	ruleNumbers    = func() map[string]int {
		m := make(map[string]int, len(rules))
		for i, r := range rules {
			m[r.Name] = i
		}
		return m
	}()
)

// products are the products whose number is counted, as they name themselves first in Server.
var products = []string{
	// Servers and proxies.
	"nginx", "Apache", "Microsoft-IIS", "Microsoft-HTTPAPI", "Kestrel", "openresty", "Tengine", "Angie", "LiteSpeed", "Caddy", "lighttpd",
	"Jetty", "Apache-Coyote", "Tomcat", "GlassFish", "WildFly", "JBoss-EAP", "WebLogic", "Oracle-Application-Server", "IBM_HTTP_Server", "WebSphere",
	"Lotus-Domino", "Zope", "Cowboy", "MochiWeb", "Mongrel", "Puma", "WEBrick", "thin", "Phusion",
	"gunicorn", "uvicorn", "hypercorn", "daphne", "waitress", "Werkzeug", "TornadoServer", "CherryPy", "Python", "BaseHTTP", "SimpleHTTP", "WSGIServer", "aiohttp", "TwistedWeb",
	"Express", "Deno", "Bun", "Rocket", "axum", "akka-http", "Netty", "undertow", "vert.x", "http4s", "PHP", "Swoole", "RoadRunner", "FrankenPHP",
	"squid", "Varnish", "HAProxy", "envoy", "istio-envoy", "Traefik", "tinyproxy", "mitmproxy", "kong", "tyk", "APISIX", "BigIP", "NetScaler", "Zscaler", "BlueCoat", "sophos",
	// Networks and clouds.
	"cloudflare", "AkamaiGHost", "AkamaiNetStorage", "AmazonS3", "CloudFront", "awselb", "Google", "gws", "ESF", "GSE", "UploadServer", "Fastly", "Vercel", "Netlify", "GitHub.com", "Heroku", "Fly", "railway", "BunnyCDN", "Sucuri", "ATS", "Azure",
	// Registries and repositories.
	"Artifactory", "Nexus", "Harbor", "GitLab", "Gitea", "Docker-Distribution-Api-Version", "quay", "VisualSVN", "SVN",
	// Devices.
	"GoAhead-Webs", "GoAhead-http", "RomPager", "Allegro-Software-RomPager", "mini_httpd", "micro_httpd", "thttpd", "uhttpd", "Boa", "httpd", "alphapd", "App-webs", "DNVRS-Webs", "Hikvision-Webs", "webserver", "Webs", "Router", "TP-LINK", "ZyXEL-RomPager", "DrayTek", "MikroTik", "RouterOS", "Fritz!Box", "AVTECH", "Camera", "Cisco", "cisco-IOS", "Juniper", "HP", "HPE-iLO-Server", "HP-iLO-Server", "iLO", "EWS-NIC5", "CANON", "Epson", "RICOH", "Brother", "Xerox", "Lexmark", "Synology", "QNAP", "Mbedthis-Appweb", "Embedthis-http", "Embedthis-Appweb", "Virata-EmWeb", "ICS", "IPCamera", "UPnP", "Linux", "eCos", "KM-MFP-http", "SonicWALL", "Check",
}

// numbers returns the index of each name. Names that are sent in another case are looked up in lower case.
func numbers(names []string) map[string]int {
	m := make(map[string]int, 2*len(names))
	for i, name := range names {
		m[name] = i
		m[strings.ToLower(name)] = i
	}
	return m
}

// number returns the index of the name, in any case, and of other if it is not there.
func number(m map[string]int, name string, other int) int {
	i, ok := m[name]
	if !ok {
		if i, ok = m[strings.ToLower(name)]; !ok {
			return other
		}
	}
	return i
}

func schemeRow(scheme string) int { return number(schemeNumbers, scheme, numSchemes-1) }

func paramRow(name string) int { return number(paramNumbers, name, otherParam) }

// productRow returns the row of the product that the response names first, without its version.
func productRow(r *input.Response) int {
	for i := range r.Fields {
		if f := &r.Fields[i]; len(f.Name) == len("Server") && strings.EqualFold(f.Name, "Server") {
			name := strings.Trim(f.Value, " \t")
			if end := strings.IndexAny(name, "/ (,;"); end >= 0 {
				name = name[:end]
			}
			return productsAt + number(productNumbers, name, len(products))
		}
	}
	return productsAt + len(products) + 1
}

func statusRow(status int) int {
	switch {
	case status == 0:
		return statusUnknown
	case status == 401:
		return status401
	case status == 403:
		return status403
	case status == 407:
		return status407
	}
	switch status / 100 {
	case 2:
		return status2xx
	case 3:
		return status3xx
	case 4:
		return status4xx
	case 5:
		return status5xx
	}
	return statusOther
}

// A section is a part of the table.
type section struct {
	title string
	of    string // what is counted
	total int    // the row of which the shares are; -1 if there are none
	rows  []int
	names []string
	byN   bool // the rows are in the order of their numbers
}

// sections returns the parts of the table, with the rows of all parameters of the scheme with most challenges
// first.
func (c *Counts) sections() []section {
	list := []section{
		fixed("Responses", "responses", responses, responses, statusUnknown),
		fixed("Fields", "challenge fields", allFields, allFields, severalChallenges),
		schemes(),
	}
	schemes := list[len(list)-1]
	for _, i := range c.order(schemes)[1:] {
		if c.rows[schemes.rows[i]].n > 0 {
			list = append(list, params(schemes.names[i], schemes.rows[i]))
		}
	}
	codes := section{title: "Departures", of: "challenge fields", total: allFields, byN: true}
	for k := range numCodes {
		codes.add(wwwauth.Code(k+1).String(), codesAt+k)
	}
	findings := section{title: "Findings of vet", of: "responses", total: demanding, byN: true}
	for k, r := range rules {
		findings.add(fmt.Sprintf("%s (%s)", r.Name, r.Severity), rulesAt+k)
	}
	servers := section{title: "Products by Server", of: "responses", total: demanding, byN: true}
	for k, name := range products {
		servers.add(name, productsAt+k)
	}
	servers.add("other", productsAt+len(products))
	servers.add("no Server field", productsAt+len(products)+1)
	return append(list, codes, findings, servers, fixed("Not read", "places", -1, brokenMembers, unreadFields))
}

func (s *section) add(name string, row int) {
	s.names, s.rows = append(s.names, name), append(s.rows, row)
}

func fixed(title, of string, total, from, to int) section {
	s := section{title: title, of: of, total: total}
	for i := from; i <= to; i++ {
		s.add(names[i], i)
	}
	return s
}

func schemes() section {
	s := section{title: "Schemes", of: "challenges", total: allChallenges, byN: true}
	s.add("all", allChallenges)
	for k, name := range known.Schemes {
		s.add(name, schemesAt+k)
	}
	s.add("other", schemesAt+len(known.Schemes))
	return s
}

func params(scheme string, row int) section {
	s := section{title: "Parameters of " + scheme, of: "challenges", total: row, byN: true}
	base := paramsAt + (row-schemesAt)*numParams
	for k, name := range known.Params {
		s.add(name, base+k)
	}
	s.add("other", base+otherParam)
	s.add("(token68)", base+token68)
	s.add("(none)", base+noParam)
	return s
}
