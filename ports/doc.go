// Package ports holds what the core needs from the world and what the world
// may ask of the core. A port is an interface and a test suite: everything in
// ports/x that has an xtest beside it is proven by that suite, adapter by
// adapter, also by those outside this repository (docs/adapters.md).
package ports
