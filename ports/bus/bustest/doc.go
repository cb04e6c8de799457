// Package bustest is the suite that every message bus passes, in this repository
// or outside. A test of an adapter is one call:
//
//	bustest.Run(t, func(tb testing.TB) bustest.Bus { return mybus.New(tb.TempDir()) })
//
// It is called once for each part of the suite, and returns a bus that is empty,
// that nobody else uses, and that may be used at once; what it opens it closes
// with tb.Cleanup. A bus on a server makes a queue or a virtual host of its own
// for each call. So that the suite ends, the bus must
//
//   - take at least 100 messages that nobody has handled yet;
//   - call at least two handlers at once;
//   - bring a failed message back within a few seconds: in production the waits
//     may be longer, so they are options.
//
// What is checked is the contract of ports/bus. A message arrives as it was sent,
// at least once, also when it was published before anybody listened. One whose
// handler fails, panics or is interrupted comes again, to this subscriber or to
// the next, and does not hold up the others. Subscribers share the messages.
// Subscribe returns nil or the end of its context, and not before the last
// handler has. Publish with an ended context says so.
//
// What is not checked, because only the adapter knows how to do it: what the end
// of the process, of the connection or of the disk does to messages. Nothing may
// be lost of which Publish has returned nil while the bus itself lives; test it
// where the messages are. Order is not promised, and a message may come twice.
//
// docs/adapters.md leads through a whole adapter.
package bustest
