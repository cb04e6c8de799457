// Package failpoint marks the places where a test may break the service. In
// ordinary builds a mark is an empty function; with the build tag "failpoint"
// the variable FP says what happens where, such as "K12:kill@37;K3:error".
package failpoint

// The kill points, in the order in which an alert passes them.
const (
	Accepted  = "K0"  // a request came in
	Begun     = "K1"  // the transaction is open, nothing is written
	Changed   = "K2"  // business rows are written
	Journaled = "K3"  // audit entry, events and answer are written; before COMMIT
	Committed = "K4"  // committed; the caller does not know yet
	Answering = "K5"  // the answer is about to be written
	Claimed   = "K6"  // the relay holds outbox rows
	Published = "K7"  // the bus has the message
	Marked    = "K8"  // the relay is done with it
	Consumed  = "K9"  // a worker has the message, nothing is written
	Attempted = "K10" // the attempt is counted, nothing is sent
	Writing   = "K11" // bytes are on the wire
	Taken     = "K12" // the receiver said yes
	Recorded  = "K13" // the verdict is committed
	Acked     = "K14" // the bus was told
)
