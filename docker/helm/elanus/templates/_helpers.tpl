{{- define "elanus.labels" -}}
app.kubernetes.io/name: elanus
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "elanus.selector" -}}
app.kubernetes.io/name: elanus
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "elanus.serviceAccount" -}}
{{ .Values.serviceAccount.name | default .Release.Name }}
{{- end }}
