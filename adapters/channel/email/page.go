package email

// page is the mail as HTML. It loads nothing from anywhere: pictures would tell
// others who reads it, and when.
const page = `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{{.Title}}</title></head>
<body style="margin:0;padding:24px;background:#f4f5f7;font-family:Helvetica,Arial,sans-serif;color:#1f2933">
<div style="max-width:640px;margin:0 auto;background:#ffffff;border-top:6px solid {{.Color}};padding:24px">
<h1 style="margin:0 0 16px;font-size:20px">{{.Title}}</h1>
{{- if .Body}}
<div style="white-space:pre-wrap;margin:0 0 16px">{{.Body}}</div>
{{- end}}
<table style="border-collapse:collapse;margin:0 0 16px">
{{- if .Severity}}
<tr><td style="padding:2px 12px 2px 0;color:#616e7c">Severity</td><td style="color:{{.Color}};font-weight:bold">{{.Severity}}</td></tr>
{{- end}}
{{- range .Labels}}
<tr><td style="padding:2px 12px 2px 0;color:#616e7c">{{.Name}}</td><td>{{.Value}}</td></tr>
{{- end}}
</table>
{{- if .Link}}
<p><a href="{{.Link}}" style="display:inline-block;padding:10px 16px;background:#1f2933;color:#ffffff;text-decoration:none">Open in SentinelIQ</a></p>
{{- end}}
<p style="margin:24px 0 0;font-size:12px;color:#616e7c">{{.Foot}}</p>
</div>
</body>
</html>
`
