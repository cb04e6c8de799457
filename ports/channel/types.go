package channel

import "strings"

// Types is the list of the types of channels there are.
type Types []Type

// Named returns the type of that name.
func (t Types) Named(name string) (Type, bool) {
	for _, one := range t {
		if one.Name() == name {
			return one, true
		}
	}
	return nil, false
}

// Names returns the names for a person to read: "email, slack, webhook".
func (t Types) Names() string {
	names := make([]string, len(t))
	for i, one := range t {
		names[i] = one.Name()
	}
	return strings.Join(names, ", ")
}
