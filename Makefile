# make demo   the whole organisation in one process, the page on http://127.0.0.1:8080
# make test   everything that must hold; sets up what it needs
GO            ?= go
GOLANGCI      := .bin/golangci-lint
GOLANGCI_VER  := v2.15.0
BENCHTIME     ?= 1s
FUZZTIME      ?= 20s
export CHROMIUM ?= /usr/bin/chromium

.PHONY: demo build test test-go test-ui lint bench fuzz ui ui-check browser clean

demo: build
	./entente demo

build:
	$(GO) build -trimpath -o entente ./cmd/entente

test: test-go test-ui

test-go:
	$(GO) vet ./...
	$(GO) test -race -timeout 15m ./...

# The page: unit tests, the committed ui/dist against its source, and a real browser on a real demo.
test-ui: build browser ui/node_modules/.package-lock.json
	cd ui && npm run check && npm run unit
	$(MAKE) ui-check
	cd ui && npm run e2e

ui/node_modules/.package-lock.json: ui/package-lock.json
	cd ui && npm ci --no-audit --no-fund
	@touch $@

ui: ui/node_modules/.package-lock.json
	cd ui && npm run build

ui-check: ui
	@git diff --quiet -- ui/dist && test -z "$$(git status --porcelain -- ui/dist)" || \
	  { echo "ui/dist does not match its source: run 'make ui' and commit ui/dist" >&2; git status --short -- ui/dist >&2; exit 1; }

browser:
	@test -x "$(CHROMIUM)" || sh scripts/browser.sh

lint: $(GOLANGCI)
	$(GOLANGCI) run ./...

$(GOLANGCI):
	GOBIN=$(CURDIR)/.bin $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VER)

bench:
	$(GO) test -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) -cpu 1 ./...

# Every fuzz target of the tree, one after the other, FUZZTIME each.
fuzz:
	GO=$(GO) FUZZTIME=$(FUZZTIME) sh scripts/fuzz.sh

clean:
	rm -rf entente .bin ui/node_modules demo-data
