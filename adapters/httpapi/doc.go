// Package httpapi serves the core over HTTP: it finds the route in its one
// table, says who asks, reads the request strictly and writes the answer. What
// may be asked, and by whom, is decided behind ports/driving.
//
// The comments with @ below and beside the handlers are the source of the API
// description in api/.
//
//	@title			SentinelIQ API
//	@version		1
//	@description	A list is `{count, next, previous, results}`; `next` and `previous` carry an opaque cursor.
//	@description
//	@description	Unknown and read-only fields of a body, and unknown query parameters, are refused. In a PATCH, `null` empties an optional field. A PUT replaces what can be written: a required field must be there, an optional one that is left out is emptied or gets its default, and what has no empty value (status, role, password, switches, event time) stays as it is.
//	@description
//	@description	Errors are RFC 9457 problem documents; `type` is `urn:sentineliq:problem:` and the `code`, which is stable.
//	@description
//	@description				Objects carry `ETag`; `If-Match` is honoured on PUT, PATCH and DELETE. `Idempotency-Key` makes repeating any POST safe for 24 hours; a repeated answer says `Idempotent-Replayed: true`. Every answer carries `X-Request-ID`, the caller's own if it is a sane token.
//	@license.name				MIT
//	@basePath					/
//	@accept						json
//	@produce					json
//	@tag.name					auth
//	@tag.description			Tokens for people
//	@tag.name					users
//	@tag.description			People and their roles
//	@tag.name					companies
//	@tag.description			Customers
//	@tag.name					api-keys
//	@tag.description			Credentials of machines
//	@tag.name					alerts
//	@tag.description			What detection tools report, and its triage
//	@tag.name					incidents
//	@tag.description			What serious alerts become
//	@tag.name					notifications
//	@tag.description			Channels, rules, and what became of messages
//	@tag.name					dashboard
//	@tag.description			Numbers
//	@tag.name					audit
//	@tag.description			Who did what
//	@tag.name					service
//	@tag.description			Health and this description
//	@securityDefinitions.apikey	bearer
//	@in							header
//	@name						Authorization
//	@description				`Bearer <token>`: an access token of POST /api/v1/token/, or an API key
package httpapi
