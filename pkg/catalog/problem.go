package catalog

import "github.com/burnline/burnline/pkg/catalog/decode"

// Problem is one mistake in a definition, with its place and a correction.
type Problem = decode.Problem

// Problems are all problems of a source, sorted by position; nil if there are none.
type Problems = decode.Problems

type reader struct{ *decode.Decoder }
