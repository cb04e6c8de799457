package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/sentineliq/sentineliq/core/domain/alert"
	"github.com/sentineliq/sentineliq/core/domain/fault"
	"github.com/sentineliq/sentineliq/core/domain/tenant"
)

// receiptBody tells where a report went.
type receiptBody struct {
	AlertID   string `json:"alert_id" format:"uuid"`
	Duplicate bool   `json:"duplicate"` // it repeats an active alert, which counts it
} //	@name	Receipt

// ingest takes in one report.
//
//	@Summary		Ingest a report
//	@Description	201 for a new alert; 200 when an active alert has the same `source` and `source_ref`, which then counts it.
//	@Tags			alerts
//	@Security		bearer
//	@Param			Idempotency-Key	header		string	false	"Makes repeating the request safe"
//	@Param			body			body		alertIn	true	"Report; `source_ref` is required"
//	@Success		201				{object}	receiptBody
//	@Success		200				{object}	receiptBody
//	@Failure		default			{object}	problemBody
//	@Router			/api/v1/alerts/ingest/ [post]
func (a *API) ingest(c *call) (reply, error) {
	if _, err := c.mediaType(jsonType); err != nil {
		return reply{}, err
	}
	draft, err := readReport(c.body)
	if err != nil {
		return reply{}, err
	}
	show := func(i alert.Ingested) reply {
		made := reply{body: receiptBody{AlertID: string(i.Receipt.Alert), Duplicate: i.Receipt.Duplicate}}
		if i.Receipt.Duplicate {
			made.status = http.StatusOK
			return made
		}
		return made.locatedAt(a.link("/alerts", string(i.Receipt.Alert)))
	}
	return perform(c, show, func(ctx context.Context) (alert.Ingested, error) { return a.Ingest.One(ctx, draft) })
}

// reportIn is an alert as a detection tool reports it. Repeats are recognised
// by the reference, so there has to be one.
type reportIn struct{ alertIn }

func (in *reportIn) faults() error {
	var v fault.Violations
	v.Merge(in.alertIn.faults())
	v.Require("source_ref", in.SourceRef)
	return v.Err()
}

// readReport reads one report with all that is wrong with it.
func readReport(data []byte) (alert.Draft, error) {
	var in reportIn
	if err := bind(data, &in); err != nil {
		return alert.Draft{}, err
	}
	if in.SourceRef == "" {
		return alert.Draft{}, in.faults()
	}
	return in.draft(), nil
}

// batchQuery is what a batch can be asked with.
type batchQuery struct {
	Company string `form:"company" format:"uuid"` // For superusers: whose alerts these are; left out: the company that the first report names
}

// batchBody tells what became of a batch.
type batchBody struct {
	Accepted   int        `json:"accepted"` // newly stored; the three add up to the reports
	Duplicates int        `json:"duplicates"`
	Rejected   int        `json:"rejected"`
	Results    []lineBody `json:"results"` // one a report, in their order
} //	@name	BatchResult

// lineBody tells what became of one report: alert_id and duplicate, or errors.
type lineBody struct {
	Index     int         `json:"index"`
	AlertID   string      `json:"alert_id,omitempty" extensions:"x-omitempty" format:"uuid"`
	Duplicate *bool       `json:"duplicate,omitempty" extensions:"x-omitempty"`
	Errors    []faultBody `json:"errors,omitempty" extensions:"x-omitempty"`
} //	@name	BatchLine

const ndjsonType = "application/x-ndjson"

// ingestBatch takes in many reports.
//
//	@Summary		Ingest a batch
//	@Description	A JSON array, or one JSON object a line (`application/x-ndjson`); up to 10,000 reports and 16 MiB. A bad report is rejected in its line of the answer and spoils no other.
//	@Tags			alerts
//	@Accept			json,application/x-ndjson
//	@Security		bearer
//	@Param			q		query		batchQuery	false	"Company"
//	@Param			body	body		[]alertIn	true	"Reports"
//	@Success		200		{object}	batchBody
//	@Failure		default	{object}	problemBody
//	@Router			/api/v1/alerts/ingest/batch/ [post]
func (a *API) ingestBatch(c *call) (reply, error) {
	q := c.query()
	company := tenant.ID(q.id("company"))
	if err := q.err(); err != nil {
		return reply{}, err
	}
	kind, err := c.mediaType(jsonType, ndjsonType)
	if err != nil {
		return reply{}, err
	}
	parts, err := split(c.body, kind)
	if err != nil {
		return reply{}, err
	}
	items := make([]alert.Item, len(parts))
	_, confined := c.who.Scope.Company()
	for i, part := range parts {
		items[i].Draft, items[i].Fault = readReport(part)
		if company == "" && !confined { // for all others a report that names another company is a bad one
			company = items[i].Draft.Company
		}
	}
	return perform(c, showBatch, func(ctx context.Context) (alert.Batch, error) {
		return a.Ingest.Batch(ctx, company, items)
	})
}

func showBatch(b alert.Batch) reply {
	body := batchBody{Results: make([]lineBody, len(b.Lines))}
	body.Accepted, body.Duplicates, body.Rejected = b.Counts()
	for i, line := range b.Lines {
		result := lineBody{Index: i}
		if line.Fault != nil {
			result.Errors = lineFaults(line.Fault)
		} else {
			result.AlertID, result.Duplicate = string(line.Receipt.Alert), &line.Receipt.Duplicate
		}
		body.Results[i] = result
	}
	return reply{body: body}
}

// lineFaults tells what is wrong with one report. What is no fault of the
// report is told as little as in any other answer.
func lineFaults(err error) []faultBody {
	f := faultOf(err)
	if list := faultsOf(f.Violations); len(list) > 0 {
		return list
	}
	return []faultBody{{Code: f.Code, Message: f.Message}}
}

// split takes a batch apart without looking into the reports, so that each can
// be judged by itself. It stops at one more than a batch may have.
func split(body []byte, kind string) ([][]byte, error) {
	var parts [][]byte
	if kind == ndjsonType {
		for line := range bytes.Lines(body) {
			if line = bytes.TrimSpace(line); len(line) > 0 {
				parts = append(parts, line)
			}
			if len(parts) > alert.MaxBatch {
				return nil, tooMany()
			}
		}
		return parts, nil
	}
	if !opens(body, '[') {
		return nil, malformed("the body must be a JSON array, or one object a line as " + ndjsonType)
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	if _, err := dec.Token(); err != nil {
		return nil, malformed("the body is not one JSON document")
	}
	for dec.More() {
		var part json.RawMessage
		if err := dec.Decode(&part); err != nil {
			return nil, malformed("the body is not one JSON document")
		}
		if parts = append(parts, part); len(parts) > alert.MaxBatch {
			return nil, tooMany()
		}
	}
	if _, err := dec.Token(); err != nil || strings.TrimSpace(string(body[dec.InputOffset():])) != "" {
		return nil, malformed("the body is not one JSON document")
	}
	return parts, nil
}

func tooMany() error {
	return fault.Newf(fault.Invalid, "a batch has between 1 and %d alerts", alert.MaxBatch).WithCode("batch_size")
}
