package incident

import "time"

// Work is a task of the incident, as its story names it.
type Work struct {
	ID, Title string
}

// Tallied notes how many tasks the incident has, and how many of them wait to be
// done.
func (i *Incident) Tallied(tasks, open int, now time.Time) {
	if i.is.TaskCount == tasks && i.is.OpenTaskCount == open {
		return
	}
	i.is.TaskCount, i.is.OpenTaskCount, i.is.UpdatedAt = tasks, open, now
}

// TaskAdded tells that the incident has one more task.
func (i *Incident) TaskAdded(w Work, now time.Time) {
	i.tell(Entry{Type: Action, Title: "Task added", Content: w.Title, At: now, Field: "tasks", New: w.ID})
}

// TaskGone tells that the incident has a task less.
func (i *Incident) TaskGone(w Work, now time.Time) {
	i.tell(Entry{Type: Action, Title: "Task removed", Content: w.Title, At: now, Field: "tasks", Old: w.ID})
}

// TaskMoved tells that a task went from one status to another.
func (i *Incident) TaskMoved(w Work, from, to string, now time.Time) {
	title := "Task reopened"
	switch to {
	case "completed":
		title = "Task completed"
	case "canceled":
		title = "Task canceled"
	case "in_progress":
		title = "Task begun"
	}
	i.tell(Entry{Type: Action, Title: title, Content: w.Title, At: now, Field: "task_status", Old: from, New: to})
}
