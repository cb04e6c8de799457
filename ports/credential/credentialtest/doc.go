// Package credentialtest is the suite that every implementation of the
// credential port passes: Hasher, Random, Signer and Box each put one to the
// test. Signers and boxes are made anew for each key that the suite chooses; a
// hasher may be slow, and is asked a few dozen times.
//
// These are not among what a program outside this repository can replace
// (docs/adapters.md): what was hashed, signed and sealed with one implementation
// has to be read by the next.
package credentialtest
