// Package conformance holds the built plugin against real servers of the Prometheus family. Each is given the same month
// of samples, about which the truth is known, and asked every kind of question; then things are made to fail.
package conformance
