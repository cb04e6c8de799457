// Package conditiontest is the suite that every engine of conditions passes. It
// makes one, and asks it from many goroutines: what holds over the facts of an
// event, fresh and as a database gives them back; which mistakes are refused, and
// with which words; and that no condition runs without end.
//
// An engine is not among what a program outside this repository can replace
// (docs/adapters.md): the conditions of rules are stored as customers wrote them.
package conditiontest
