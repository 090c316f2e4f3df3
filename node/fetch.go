package node

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"entente"
)

const (
	maxFetch     = 8 << 20 // bytes of an answer
	fetchTimeout = 30 * time.Second
)

// fetcher follows no redirect to another host: only addresses that the operator configured are ever asked.
var fetcher = &http.Client{Timeout: fetchTimeout, CheckRedirect: func(r *http.Request, via []*http.Request) error {
	if r.URL.Host != via[0].URL.Host || len(via) > 5 {
		return http.ErrUseLastResponse
	}
	return nil
}}

// fetch asks for one configured address; it is the watch's Fetch.
func fetch(ctx context.Context, url string) (body []byte, media string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, "", fmt.Errorf("asking %s: %w", url, err)
	}
	res, err := fetcher.Do(req)
	if err != nil {
		return nil, "", err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, "", fmt.Errorf("asking %s: answered %s", url, res.Status)
	}
	body, err = io.ReadAll(io.LimitReader(res.Body, maxFetch+1))
	if err != nil {
		return nil, "", fmt.Errorf("reading the answer of %s: %w", url, err)
	}
	if len(body) > maxFetch {
		return nil, "", &entente.Error{Kind: entente.TooLarge, Source: url, Offset: -1, Reason: fmt.Sprintf("an answer of more than %d bytes", maxFetch)}
	}
	return body, res.Header.Get("Content-Type"), nil
}
