package fault

// A patch names new values by pointer: nil leaves a field alone, and an empty
// text empties an optional one and is refused for one that must have a value.

// PatchText takes over a text that must not be empty.
func (v *Violations) PatchText(field string, value, target *string, limit int) {
	if value != nil {
		v.Text(field, *value, limit)
		*target = *value
	}
}

// PatchOptional takes over a text that may be empty.
func (v *Violations) PatchOptional(field string, value, target *string, limit int) {
	if value != nil {
		v.Optional(field, *value, limit)
		*target = *value
	}
}

// PatchChoice returns the enum value that a patch asks for, or the present one.
func PatchChoice[T ~string](v *Violations, field string, value *string, present T, allowed []T) T {
	if value == nil || !v.Require(field, *value) {
		return present
	}
	return OneOf(v, field, *value, present, allowed)
}
