package catalog

import "github.com/burnline/burnline/pkg/catalog/decode"

// Problem is one thing wrong in a definition, and what would work.
type Problem = decode.Problem

// Problems are all the problems of a source, by position. None is nil.
type Problems = decode.Problems

// reader reads SLOs and catalogs.
type reader struct{ *decode.Decoder }
