package eventgen

import (
	"math/rand/v2"
	"slices"
)

// anotherRule is a second detection on the same record: the payload stays.
func anotherRule(e Event, rnd *rand.Rand) Event {
	rule := one(rnd,
		story{
			title: "First activity of its kind in ninety days",
			text:  "Nothing comparable has been recorded for this subject in the last ninety days.",
			tags:  []string{"baseline", "attack.ta0001"},
		},
		story{
			title: "Activity outside working hours",
			text:  "The record falls outside the hours in which this subject usually works.",
			tags:  []string{"baseline", "attack.t1078", "attack.ta0003"},
		},
		story{
			title: "Change without a ticket",
			text:  "No approved change covers the time and the object of this record.",
			tags:  []string{"change-control"},
		},
		story{
			title: "Subject on the watch list",
			text:  "The account, host or address in this record is on the watch list of the response team.",
			tags:  []string{"watchlist"},
		},
		story{
			title: "Several rules on one record",
			text:  "More than one detection has matched the same record within an hour.",
			tags:  []string{"correlation", "attack.ta0005"},
		},
		story{
			title: "Address seen with more than one account",
			text:  "The address of this record has been used with several accounts today.",
			tags:  []string{"correlation", "attack.t1110", "attack.ta0006"},
		},
	)
	e = e.clone()
	e.Title = rule.title
	e.Description = rule.text
	e.Tags = slices.Clone(rule.tags)
	e.Severity = levelName(drawLevel(rnd))

	return e
}
