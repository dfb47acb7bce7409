package prom

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/burnline/burnline/pkg/prom/dialect"
)

// unknownTenant is a tenant that no server has. Data that it receives is visible to all tenants.
const unknownTenant = "burnline-tenant-check"

// TenantError means that a tenant is set, and that the server does not separate tenants, or does
// not show that it does.
type TenantError struct {
	Server string // the server's name
	reason string
}

func (e *TenantError) Error() string {
	return fmt.Sprintf("tenant: %s %s, so an answer may hold the data of other tenants. Leave tenant empty, or use a server or proxy that "+
		"refuses unknown tenants. To send the tenant's header without this check, add it to the custom HTTP headers of the data source", e.Server, e.reason)
}

// UserMistake is true: the owner sets the tenant and the address.
func (*TenantError) UserMistake() bool { return true }

// tenancy is the cached result of checkTenant for one identity.
type tenancy struct{ fact[error] }

// checkTenant returns a *TenantError if a tenant is set that the server ignores. It queries label
// names as an unknown tenant: if there are any, tenants are not separated. The product is no
// evidence: Mimir can disable tenants, Thanos enforces them only on request, and a proxy in front
// of Prometheus may separate them by the header.
func (c *Client) checkTenant(ctx context.Context, d dialect.Dialect) error {
	if c.options.Dialect.Tenant == "" {
		return nil
	}
	verdict, err := c.tenancy.ask(ctx, func(ctx context.Context) (error, error) {
		verdict, length, err := c.compareTenants(ctx, d)
		if err == nil {
			c.tenancy.set(verdict, length)
		}
		return verdict, err
	})
	return cmp.Or(err, verdict)
}

// compareTenants queries the label names of an unknown tenant. length is how long the verdict is valid.
func (c *Client) compareTenants(ctx context.Context, d dialect.Dialect) (verdict error, length time.Duration,
	err error,
) {
	believed := productTTL
	others, _, err := c.showsLabels(ctx, unknownTenant, d)
	var failed *Error
	// for example a proxy that fails to look up the tenant
	if errors.As(err, &failed) && failed.Status == http.StatusInternalServerError {
		others, err, believed = false, nil, refusalTTL
	}
	if err != nil {
		return nil, 0, err
	}
	if others {
		return &TenantError{d.String(), "shows data to a tenant that does not exist"}, refusalTTL, nil
	}
	own, answered, err := c.showsLabels(ctx, c.options.Dialect.Tenant, d)
	switch {
	case err != nil:
		return nil, 0, err
	case own:
		return nil, believed, nil
	case answered, d.Product == dialect.Mimir, d.Product == dialect.Thanos:
		return nil, refusalTTL, nil // without data, or without permission to list labels, there is nothing to compare
	}
	return &TenantError{d.String(), "does not answer /api/v1/labels, which would show whether it keeps tenants apart"},
		refusalTTL, nil
}

// showsLabels reports whether a tenant can see any series of the last hour.
func (c *Client) showsLabels(ctx context.Context, tenant string, d dialect.Dialect) (some, answered bool, err error) {
	now := time.Now()
	args := url.Values{
		"start": {strconv.FormatInt(now.Add(-time.Hour).Unix(), 10)},
		"end":   {strconv.FormatInt(now.Unix(), 10)}, "limit": {"1"},
	}
	a, err := c.send(ctx, request{op: "labels", path: "/api/v1/labels", args: args, get: true, tenant: tenant}, d)
	var failed *Error
	if isRefusal(err) || errors.As(err, &failed) && failed.page {
		return false, false, nil
	}
	if err != nil {
		return false, false, err
	}
	return len(a.names) > 0, true, nil
}
