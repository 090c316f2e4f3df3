package web

import "net/http"

// feedRoutes serves what existing map pages read.
func feedRoutes(mux *http.ServeMux, version string) {}
