package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
	"github.com/getkin/kin-openapi/openapi3"
)

// convert makes OpenAPI 3 of what swag wrote, says what version 2 or swag could
// not, and checks the result. The same input gives the same bytes.
func convert(swagger []byte) ([]byte, error) {
	renamed, err := rename(swagger)
	if err != nil {
		return nil, err
	}
	var old openapi2.T
	if err := json.Unmarshal(renamed, &old); err != nil {
		return nil, fmt.Errorf("reading OpenAPI 2: %w", err)
	}
	doc, err := openapi2conv.ToV3(&old)
	if err != nil {
		return nil, fmt.Errorf("converting: %w", err)
	}
	doc.Servers = openapi3.Servers{{URL: "/"}}
	doc.Components.SecuritySchemes = openapi3.SecuritySchemes{"bearer": {Value: &openapi3.SecurityScheme{
		Type: "http", Scheme: "bearer", Description: "An access token of POST /api/v1/token/, or an API key",
	}}}
	if err := operations(doc); err != nil {
		return nil, err
	}
	schemas(doc)
	return finish(doc)
}

// finish writes the document, and reads it again to check it as a stranger
// would: what is in memory still remembers where it came from.
func finish(doc *openapi3.T) ([]byte, error) {
	compact, err := doc.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("writing OpenAPI 3: %w", err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, compact, "", "  "); err != nil {
		return nil, fmt.Errorf("writing OpenAPI 3: %w", err)
	}
	out.WriteByte('\n')
	read, err := openapi3.NewLoader().LoadFromData(out.Bytes())
	if err != nil {
		return nil, fmt.Errorf("reading OpenAPI 3: %w", err)
	}
	if err := read.Validate(context.Background()); err != nil {
		return nil, fmt.Errorf("the description is not valid: %w", err)
	}
	return out.Bytes(), nil
}

// rename gives pages of a list the names that clients would give them:
// httpapi.listBody-Alert becomes AlertList.
func rename(swagger []byte) ([]byte, error) {
	var doc struct {
		Definitions map[string]json.RawMessage `json:"definitions"`
	}
	if err := json.Unmarshal(swagger, &doc); err != nil {
		return nil, fmt.Errorf("reading OpenAPI 2: %w", err)
	}
	text := string(swagger)
	for name := range doc.Definitions {
		_, of, isList := strings.Cut(name, "listBody-")
		if isList {
			text = strings.ReplaceAll(text, `"`+name+`"`, `"`+of+`List"`)
			text = strings.ReplaceAll(text, "/definitions/"+name+`"`, "/definitions/"+of+`List"`)
		} else if strings.Contains(name, ".") {
			return nil, fmt.Errorf("the definition %s needs a name: add // @name after the struct", name)
		}
	}
	return []byte(text), nil
}

// operations names every operation and gives its errors their media type.
func operations(doc *openapi3.T) error {
	used := map[string]string{}
	for _, path := range doc.Paths.InMatchingOrder() {
		for method, op := range doc.Paths.Value(path).Operations() {
			op.OperationID = operationID(op.Summary)
			if other, taken := used[op.OperationID]; taken || op.OperationID == "" {
				return fmt.Errorf("%s %s has the summary %q, like %s: summaries name operations, so they must differ",
					method, path, op.Summary, other)
			}
			used[op.OperationID] = method + " " + path
			if op.RequestBody != nil {
				delete(op.RequestBody.Value.Extensions, "x-originalParamName") // a leftover of version 2
			}
			for status, response := range op.Responses.Map() {
				describe(status, response.Value)
			}
		}
	}
	return nil
}

// operationID turns "Show an alert" into showAlert.
func operationID(summary string) string {
	var id strings.Builder
	for _, word := range strings.FieldsFunc(summary, func(r rune) bool { return r|0x20 < 'a' || r|0x20 > 'z' }) {
		word = strings.ToLower(word)
		if word == "a" || word == "an" || word == "the" || word == "s" {
			continue
		}
		if id.Len() > 0 {
			word = strings.ToUpper(word[:1]) + word[1:]
		}
		id.WriteString(word)
	}
	return id.String()
}

func describe(status string, r *openapi3.Response) {
	if status != "default" {
		return
	}
	text := "A problem document (RFC 9457)"
	r.Description = &text
	if media, ok := r.Content["application/json"]; ok {
		r.Content = openapi3.Content{"application/problem+json": media}
	}
}

// schemas says of every schema what its Go type says but swag does not: a field
// of an answer is there unless it says otherwise, and some values are anything.
func schemas(doc *openapi3.T) {
	asked := requested(doc)
	for name, ref := range doc.Components.Schemas {
		var always []string
		for field, property := range ref.Value.Properties {
			if property.Value == nil {
				always = append(always, field)
				continue
			}
			extensions := property.Value.Extensions
			if extensions["x-any"] != nil {
				property.Value.Type = nil
			}
			if property.Value.Nullable && len(property.Value.Enum) > 0 {
				property.Value.Enum = append(property.Value.Enum, nil)
			}
			if extensions["x-omitempty"] == nil {
				always = append(always, field)
			}
			delete(extensions, "x-any")
			delete(extensions, "x-omitempty")
		}
		if !asked[name] {
			slices.Sort(always)
			ref.Value.Required = always
		}
	}
}

// requested returns the names of the schemas that request bodies are made of.
func requested(doc *openapi3.T) map[string]bool {
	found := map[string]bool{}
	for _, path := range doc.Paths.InMatchingOrder() {
		for _, op := range doc.Paths.Value(path).Operations() {
			if op.RequestBody == nil {
				continue
			}
			for _, media := range op.RequestBody.Value.Content {
				collect(doc, media.Schema, found)
			}
		}
	}
	return found
}

func collect(doc *openapi3.T, ref *openapi3.SchemaRef, found map[string]bool) {
	if ref == nil {
		return
	}
	schema := ref.Value
	if name := ref.Ref[strings.LastIndex(ref.Ref, "/")+1:]; name != "" {
		if found[name] || doc.Components.Schemas[name] == nil {
			return
		}
		found[name] = true
		schema = doc.Components.Schemas[name].Value
	}
	if schema == nil {
		return
	}
	collect(doc, schema.Items, found)
	for _, property := range schema.Properties {
		collect(doc, property, found)
	}
}
