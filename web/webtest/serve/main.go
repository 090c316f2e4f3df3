// Command serve shows the page with webtest's world, for work on the page and for its tests. It prints the address it
// listens on. POST /test/raise?as=BLR raises a critical alert there.
//
//	go run ./web/webtest/serve -listen 127.0.0.1:0 -tracks 300 -borders borders.geojson.gz
package main

import (
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"entente"
	"entente/web"
	"entente/web/webtest"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "address to listen on")
	tracks := flag.Int("tracks", 300, "aircraft")
	borders := flag.String("borders", "", "GeoJSON file of borders, plain or gzip")
	flag.Parse()
	if err := run(*listen, *tracks, *borders); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(listen string, tracks int, borders string) error {
	c := webtest.Config{Tracks: tracks}
	if borders != "" {
		b, err := os.ReadFile(borders)
		if err != nil {
			return err
		}
		c.Borders = b
	}
	w := webtest.New(c)
	s, err := web.New(web.Config{Backends: w.Backends(), SignIn: web.ChoosePerson, Version: "test"})
	if err != nil {
		return err
	}
	defer s.Close()
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	fmt.Printf("http://%s\n", l.Addr())
	mux := http.NewServeMux()
	mux.Handle("/", s)
	mux.HandleFunc("POST /test/raise", func(rw http.ResponseWriter, r *http.Request) {
		member := entente.MemberID(r.URL.Query().Get("as"))
		fmt.Fprintln(rw, w.Raise(member, entente.Condition{Key: "test", Rule: "test.raise", Severity: entente.Critical, Member: member, Title: "Raised by the test", Entry: 20}))
	})
	return (&http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}).Serve(l)
}
