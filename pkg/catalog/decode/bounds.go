package decode

import (
	"fmt"

	"github.com/goccy/go-yaml/token"
)

// Bounds of a source. They are far above what people write, and bound the work for a hostile source: the
// time of the YAML parser is quadratic in nesting, in the keys of a mapping and in omitted values.
const (
	maxNesting = 32
	maxKeys    = 1000
	maxOmitted = 1000
)

// bounds counts the tokens of a source.
type bounds struct {
	flow    []int        // keys of each open [ or {
	block   []blockLevel // the open block collections, outermost first
	omitted int          // omitted values so far
	line    int
}

type blockLevel struct{ column, keys int }

// checkBounds refuses, by its tokens alone, a source that would take too long to parse.
func checkBounds(tokens token.Tokens) *Problem {
	var b bounds
	for _, tk := range tokens {
		if message := b.pass(tk); message != "" {
			return &Problem{Line: tk.Position.Line, Column: tk.Position.Column, Message: message}
		}
	}
	return nil
}

func (b *bounds) pass(tk *token.Token) string {
	b.closeBlocks(tk)
	keys := 0
	switch tk.Type {
	case token.MappingStartType, token.SequenceStartType:
		b.flow = append(b.flow, 0)
	case token.MappingEndType, token.SequenceEndType:
		b.flow = b.flow[:max(len(b.flow)-1, 0)]
	case token.MappingKeyType:
		return "a key with '?' is not read. Write key: value"
	case token.SequenceEntryType:
		b.openBlock(tk.Position.Column)
		b.countOmitted(tk, tk.Position.Column)
	case token.AnchorType, token.TagType:
		b.openBlock(tk.Position.Column)
	case token.MappingValueType:
		keys = b.countKey(tk)
	}
	switch {
	case len(b.flow)+len(b.block) > maxNesting:
		return fmt.Sprintf("nested deeper than %d levels", maxNesting)
	case keys > maxKeys:
		return fmt.Sprintf("more than %d keys in one mapping", maxKeys)
	case b.omitted > maxOmitted:
		return fmt.Sprintf("more than %d values left out", maxOmitted)
	}
	return ""
}

// closeBlocks closes the block collections that end at a token, which starts a line or is a dash.
func (b *bounds) closeBlocks(tk *token.Token) {
	if tk.Position.Line > b.line && len(b.flow) == 0 || tk.Type == token.SequenceEntryType {
		for len(b.block) > 0 && b.block[len(b.block)-1].column > tk.Position.Column {
			b.block = b.block[:len(b.block)-1]
		}
	}
	b.line = max(b.line, tk.Position.Line)
}

func (b *bounds) openBlock(column int) *blockLevel {
	if len(b.block) == 0 || b.block[len(b.block)-1].column < column {
		b.block = append(b.block, blockLevel{column: column})
	}
	return &b.block[len(b.block)-1]
}

// countKey counts the key of a colon. It returns the number of keys in its mapping so far.
func (b *bounds) countKey(colon *token.Token) int {
	if len(b.flow) > 0 {
		b.countOmitted(colon, 0)
		b.flow[len(b.flow)-1]++
		return b.flow[len(b.flow)-1]
	}
	if colon.Prev == nil {
		return 0
	}
	column := colon.Prev.Position.Column
	b.countOmitted(colon, column)
	level := b.openBlock(column)
	level.keys++
	return level.keys
}

// countOmitted counts an omitted value after the dash or colon tk of an entry that begins in column.
func (b *bounds) countOmitted(tk *token.Token, column int) {
	next := tk.Next
	for next != nil && next.Type == token.CommentType {
		next = next.Next
	}
	switch {
	case next == nil:
		b.omitted++
	case len(b.flow) > 0:
		if next.Type == token.CollectEntryType || next.Type == token.MappingEndType ||
			next.Type == token.SequenceEndType {
			b.omitted++
		}
	case next.Position.Line > tk.Position.Line && next.Position.Column <= column:
		listOfTheKey := tk.Type == token.MappingValueType && next.Type == token.SequenceEntryType &&
			next.Position.Column == column
		if !listOfTheKey {
			b.omitted++
		}
	}
}
