package memory

import (
	"encoding/json"
	"reflect"
	"time"
)

// copied returns a row that shares nothing with the given one, in the form a
// database would give it back: times in UTC to the microsecond, and maps as
// JSON has them.
func copied[S any](row S) (S, error) {
	fields := reflect.ValueOf(&row).Elem()
	for i := range fields.NumField() {
		if err := detach(fields.Field(i)); err != nil {
			return row, err
		}
	}
	return row, nil
}

func detach(field reflect.Value) error {
	if t, ok := field.Interface().(time.Time); ok {
		field.Set(reflect.ValueOf(t.UTC().Truncate(time.Microsecond)))
		return nil
	}
	switch field.Kind() {
	case reflect.Slice:
		if field.Len() == 0 {
			return nil
		}
		fresh := reflect.MakeSlice(field.Type(), field.Len(), field.Len())
		reflect.Copy(fresh, field)
		field.Set(fresh)
	case reflect.Map:
		if field.Len() == 0 {
			return nil
		}
		text, err := json.Marshal(field.Interface())
		if err != nil {
			return err
		}
		fresh := reflect.New(field.Type())
		if err := json.Unmarshal(text, fresh.Interface()); err != nil {
			return err
		}
		field.Set(fresh.Elem())
	}
	return nil
}

// mapped converts rows, each after copying it.
func mapped[S, T any](rows []*S, convert func(S) T) ([]T, error) {
	out := make([]T, 0, len(rows))
	for _, row := range rows {
		fresh, err := copied(*row)
		if err != nil {
			return nil, err
		}
		out = append(out, convert(fresh))
	}
	return out, nil
}
