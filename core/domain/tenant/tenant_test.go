package tenant_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

const (
	acme   tenant.ID = "acme"
	globex tenant.ID = "globex"
)

func TestScope_WhatEachReaches(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		scope           tenant.Scope
		reaches         map[tenant.ID]bool
		all, zero, only bool
	}{
		"zero":    {tenant.Scope{}, map[tenant.ID]bool{acme: false, globex: false, "": false}, false, true, false},
		"nowhere": {tenant.Of(""), map[tenant.ID]bool{acme: false, globex: false, "": false}, false, true, false},
		"one":     {tenant.Of(acme), map[tenant.ID]bool{acme: true, globex: false, "": false}, false, false, true},
		"all":     {tenant.All(), map[tenant.ID]bool{acme: true, globex: true, "": true}, true, false, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for company, want := range c.reaches {
				require.Equal(t, want, c.scope.Reaches(company), "%q", company)
			}
			require.Equal(t, c.all, c.scope.IsAll())
			require.Equal(t, c.zero, c.scope.IsZero())
			company, one := c.scope.Company()
			require.Equal(t, c.only, one)
			require.Equal(t, c.only, company == acme)
		})
	}
}

func TestScope_NarrowNeverWidens(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		from tenant.Scope
		to   tenant.ID
		want tenant.Scope
	}{
		"all to one":      {tenant.All(), acme, tenant.Of(acme)},
		"all to nothing":  {tenant.All(), "", tenant.Scope{}},
		"one to itself":   {tenant.Of(acme), acme, tenant.Of(acme)},
		"one to another":  {tenant.Of(acme), globex, tenant.Scope{}},
		"one to nothing":  {tenant.Of(acme), "", tenant.Scope{}},
		"nothing to one":  {tenant.Scope{}, acme, tenant.Scope{}},
		"nothing to none": {tenant.Scope{}, "", tenant.Scope{}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, c.from.Narrow(c.to))
			require.False(t, c.from.Narrow(c.to).IsAll())
		})
	}
}
