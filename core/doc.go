// Package core holds what SentinelIQ believes and does, and nothing about how
// it reaches the world. It has no code of its own: start in one of its rings.
//
// Three sentences carry the whole house:
//
//  1. core/domain decides, core/usecase arranges, adapters do. Arrows point
//     inwards only.
//  2. A port is an interface and a test suite. What an interface in ports/x
//     promises, ports/x/xtest proves for every adapter.
//  3. Nothing reaches the store except through core/gate, and the gate
//     authorises, confines to the company, opens the transaction and writes
//     the audit entry.
//
// The rings, from the inside out:
//
//	core/domain   entities and their rules: values in, decisions out, no I/O
//	core/gate     the one door to the store
//	core/usecase  one package per noun: what somebody may ask for, step by step
//	ports         interfaces between the core and the world
//	adapters      HTTP, command line, SQL, message bus, channels
//	cmd           programs; the only place that knows every adapter
//
// To understand the product, read core/domain/incident, then the lifecycle of
// core/usecase/incidents, then core/gate. To change the house itself, read
// arch_test.go beside this file: it is the law, and it fails with a reason.
package core
