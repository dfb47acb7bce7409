package importer

import "github.com/burnline/burnline/pkg/catalog/decode"

// openSLOObjects are the objects by kind and name, for references.
type openSLOObjects map[[2]string]*openSLOObject

type openSLOObject struct {
	*value
	referred bool
}

func (o openSLOObjects) collect(doc *value) {
	if name, ok := doc.fields["metadata"]; ok && name.fields["name"] != nil {
		o[[2]string{kindOf(doc), name.fields["name"].text}] = &openSLOObject{value: doc}
	}
}

func (o openSLOObjects) find(kind, name string) (*value, bool) {
	object, ok := o[[2]string{kind, name}]
	if !ok {
		return nil, false
	}
	object.referred = true
	object.get("metadata").get("name")
	return object.value, true
}

// of returns the object that an entry is, or refers to by ref. It returns false if the documents do
// not contain that object.
func (o openSLOObjects) of(entry *value, field, kind string) (object, ref *value, ok bool) {
	ref = entry.get(field)
	if entry.text != "" { // invalid in OpenSLO, but in use
		ref = entry
	}
	if ref.isEmpty() {
		entry.get("kind")
		return entry, ref, true
	}
	object, ok = o.find(kind, ref.string())
	return object, ref, ok
}

// noteUnused notes an object without references.
func (o openSLOObjects) noteUnused(im *importer, doc *value) bool {
	format, _ := formatOf(doc)
	kind, name := kindOf(doc), ""
	if meta := doc.fields["metadata"]; meta != nil {
		name = meta.textOf("name")
	}
	object := o[[2]string{kind, name}]
	if format != OpenSLO || kind == "SLO" || object == nil || object.value != doc || object.referred {
		return false
	}
	im.warn(doc, "no SLO of these documents uses the %s %q. It was left out", kind, decode.Clip(name))
	return true
}
