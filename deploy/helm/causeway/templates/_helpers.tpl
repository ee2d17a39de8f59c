{{- define "causeway.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "causeway.selector" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "causeway.labels" -}}
{{ include "causeway.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "causeway.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "causeway.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "causeway.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}
{{- end -}}

{{/* The pod of web and worker: call with (dict "root" $ "component" "web"). */}}
{{- define "causeway.pod" -}}
{{- $root := .root -}}
{{- $isWeb := eq .component "web" -}}
{{- $shared := ne $root.Values.database.existingSecret "" -}}
metadata:
  labels:
    {{- include "causeway.labels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ .component }}
    {{- with $root.Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    checksum/config: {{ $root.Values.config | toYaml | sha256sum }}
    {{- with $root.Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "causeway.serviceAccount" $root }}
  automountServiceAccountToken: {{ $root.Values.rbac.read }}
  enableServiceLinks: false
  terminationGracePeriodSeconds: 30
  {{- with $root.Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile: { type: RuntimeDefault }
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "causeway.selector" $root | nindent 10 }}
          app.kubernetes.io/component: {{ .component }}
    - maxSkew: 1
      topologyKey: topology.kubernetes.io/zone
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "causeway.selector" $root | nindent 10 }}
          app.kubernetes.io/component: {{ .component }}
  containers:
    - name: causeway
      image: {{ include "causeway.image" $root | quote }}
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      {{- if $isWeb }}
      args: [serve, --workers, {{ ternary 0 $root.Values.web.workers $shared | quote }}]
      {{- else }}
      args: [worker, --workers, {{ $root.Values.worker.analyses | quote }}]
      {{- end }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: { drop: [ALL] }
      {{- with $root.Values.existingSecret }}
      envFrom:
        - secretRef: { name: {{ . | quote }} }
      {{- end }}
      env:
        - { name: CAUSEWAY_HOST, value: 0.0.0.0 }
        - { name: CAUSEWAY_PORT, value: "8787" }
        - { name: CAUSEWAY_CONFIG, value: /etc/causeway/config.yaml }
        - { name: CAUSEWAY_RETENTION, value: {{ ternary "on" "off" $root.Values.retention.automatic | quote }} }
        - { name: CAUSEWAY_RETENTION_ANALYSES_DAYS, value: {{ $root.Values.retention.analysesDays | quote }} }
        - { name: CAUSEWAY_RETENTION_EVIDENCE_DAYS, value: {{ $root.Values.retention.evidenceDays | quote }} }
        - { name: CAUSEWAY_RETENTION_UPLOADS_DAYS, value: {{ $root.Values.retention.uploadsDays | quote }} }
        {{- if $root.Values.rbac.read }}
        - { name: KUBERNETES_IN_CLUSTER, value: "1" }
        {{- end }}
        {{- if $shared }}
        - name: DATABASE_URL
          valueFrom: { secretKeyRef: { name: {{ $root.Values.database.existingSecret | quote }}, key: {{ $root.Values.database.key | quote }} } }
        {{- end }}
        {{- with $root.Values.qdrant.url }}
        - { name: QDRANT_URL, value: {{ . | quote }} }
        {{- end }}
        {{- with $root.Values.qdrant.existingSecret }}
        - name: QDRANT_API_KEY
          valueFrom: { secretKeyRef: { name: {{ . | quote }}, key: {{ $root.Values.qdrant.key | quote }} } }
        {{- end }}
        {{- range $name, $value := $root.Values.env }}
        - { name: {{ $name }}, value: {{ $value | quote }} }
        {{- end }}
      {{- if $isWeb }}
      ports:
        - { name: http, containerPort: 8787, protocol: TCP }
      startupProbe:
        httpGet: { path: /healthz, port: http }
        periodSeconds: 2
        failureThreshold: 60
      livenessProbe:
        httpGet: { path: /healthz, port: http }
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet: { path: /readyz, port: http }
        periodSeconds: 5
        timeoutSeconds: 4
      resources:
        {{- toYaml $root.Values.web.resources | nindent 8 }}
      {{- else }}
      resources:
        {{- toYaml $root.Values.worker.resources | nindent 8 }}
      {{- end }}
      volumeMounts:
        - { name: home, mountPath: /var/lib/causeway }
        - { name: config, mountPath: /etc/causeway, readOnly: true }
        - { name: tmp, mountPath: /tmp }
  volumes:
    - name: home
      {{- if and $isWeb $root.Values.persistence.enabled (not $shared) }}
      persistentVolumeClaim: { claimName: {{ default (include "causeway.fullname" $root) $root.Values.persistence.existingClaim | quote }} }
      {{- else }}
      emptyDir: { sizeLimit: 2Gi }
      {{- end }}
    - name: config
      configMap: { name: {{ include "causeway.fullname" $root }} }
    - name: tmp
      emptyDir: { sizeLimit: 256Mi }
  {{- with $root.Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $root.Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $root.Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
