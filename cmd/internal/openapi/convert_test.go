package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const small = `{
	"swagger": "2.0", "info": {"title": "x", "version": "1"}, "basePath": "/", "consumes": ["application/json"], "produces": ["application/json"],
	"securityDefinitions": {"bearer": {"type": "apiKey", "name": "Authorization", "in": "header"}},
	"paths": {"/things/": {
		"get": {"summary": "List the things", "security": [{"bearer": []}], "responses": {
			"200": {"description": "OK", "schema": {"$ref": "#/definitions/httpapi.listBody-Thing"}},
			"default": {"description": "", "schema": {"$ref": "#/definitions/Problem"}}}},
		"post": {"summary": "Create a thing", "responses": {"201": {"description": "Created"}},
			"parameters": [{"in": "body", "name": "body", "required": true, "schema": {"$ref": "#/definitions/NewThing"}}]}}},
	"definitions": {
		"httpapi.listBody-Thing": {"type": "object", "properties": {"results": {"type": "array", "items": {"$ref": "#/definitions/Thing"}}}},
		"Thing": {"type": "object", "properties": {
			"kind": {"type": "string", "enum": ["a"], "x-nullable": true}, "raw": {"type": "object", "x-any": true},
			"key": {"type": "string", "x-omitempty": true}}},
		"NewThing": {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}, "part": {"$ref": "#/definitions/Part"}}},
		"Part": {"type": "object", "properties": {"a": {"type": "string"}}},
		"Problem": {"type": "object", "properties": {"code": {"type": "string"}}}
	}}`

func TestConvert(t *testing.T) {
	t.Parallel()
	out, err := convert([]byte(small))
	require.NoError(t, err)
	var doc map[string]any
	require.NoError(t, json.Unmarshal(out, &doc))
	at := func(path string) any {
		var value any = doc
		for _, name := range strings.Split(path, " ") {
			object, ok := value.(map[string]any)
			require.True(t, ok, path)
			value = object[name]
		}
		return value
	}
	require.Equal(t, "3.0.3", at("openapi"))
	require.Equal(t, "listThings", at("paths /things/ get operationId"))
	require.Equal(t, "#/components/schemas/ThingList", at("paths /things/ get responses 200 content application/json schema $ref"))
	require.Equal(t, "#/components/schemas/Problem", at("paths /things/ get responses default content application/problem+json schema $ref"))
	require.NotEmpty(t, at("paths /things/ get responses default description"))
	require.Equal(t, "bearer", at("components securitySchemes bearer scheme"))
	require.Equal(t, "http", at("components securitySchemes bearer type"))
	require.Equal(t, []any{"kind", "raw"}, at("components schemas Thing required"), "but for what may be left out")
	require.Equal(t, []any{"a", nil}, at("components schemas Thing properties kind enum"))
	require.Equal(t, map[string]any{}, at("components schemas Thing properties raw"), "anything at all")
	require.Equal(t, []any{"kind"}, at("components schemas NewThing required"), "as the input says")
	require.Nil(t, at("components schemas Part required"), "part of an input")
}

func TestConvert_Refuses(t *testing.T) {
	t.Parallel()
	for want, text := range map[string]string{
		"reading OpenAPI 2":  `{`,
		"needs a name":       strings.ReplaceAll(small, `"Part"`, `"httpapi.partIn"`),
		"summaries name":     strings.ReplaceAll(small, "Create a thing", "List things"),
		"description is not": strings.ReplaceAll(small, `"title": "x", `, ""),
	} {
		_, err := convert([]byte(text))
		require.ErrorContains(t, err, want)
	}
}

// The description in the repository is what make generate makes of swagger.json,
// byte for byte and every time.
func TestRun_IsDeterministicAndUpToDate(t *testing.T) {
	t.Parallel()
	folder := filepath.Join("..", "..", "..", "api")
	swagger, err := os.ReadFile(filepath.Join(folder, "swagger.json"))
	require.NoError(t, err)
	committed, err := os.ReadFile(filepath.Join(folder, "openapi.json"))
	require.NoError(t, err)
	for range 3 {
		temp := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(temp, "swagger.json"), swagger, 0o600))
		require.NoError(t, run(temp))
		made, err := os.ReadFile(filepath.Join(temp, "openapi.json"))
		require.NoError(t, err)
		require.Equal(t, string(committed), string(made), "run make generate")
	}
	require.Error(t, run(t.TempDir()))
}
