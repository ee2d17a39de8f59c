// Renders a Helm chart as `helm template` does: Go's own text/template with Sprig, and the functions that Helm adds.
// Usage: render <chart> <release> <namespace> <values.json> prints a JSON object: template file -> rendered text.
// `values.json` holds the merged values. After the engine of Helm 3 (pkg/engine/engine.go, funcs.go).
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"sigs.k8s.io/yaml"
)

type files map[string][]byte

func (f files) Get(name string) string { return string(f[name]) }

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	chart, release, namespace := os.Args[1], os.Args[2], os.Args[3]
	text, err := os.ReadFile(os.Args[4])
	check(err)
	values := map[string]interface{}{}
	check(json.Unmarshal(text, &values))
	meta, err := os.ReadFile(filepath.Join(chart, "Chart.yaml"))
	check(err)
	about := map[string]interface{}{}
	check(yaml.Unmarshal(meta, &about))
	chartAbout := map[string]interface{}{}
	for key, value := range about {
		chartAbout[strings.ToUpper(key[:1])+key[1:]] = value
	}

	root := template.New("gotpl")
	root.Option("missingkey=zero") // as `helm template` without --strict
	funcs := sprig.TxtFuncMap()
	delete(funcs, "env")
	delete(funcs, "expandenv")
	depth := map[string]int{}
	funcs["include"] = func(name string, data interface{}) (string, error) {
		if depth[name] > 1000 {
			return "", errors.New("rendering template has a nested reference name: " + name)
		}
		depth[name]++
		defer func() { depth[name]-- }()
		var out strings.Builder
		err := root.ExecuteTemplate(&out, name, data)
		return out.String(), err
	}
	funcs["toYaml"] = func(value interface{}) string {
		data, err := yaml.Marshal(value)
		if err != nil {
			return ""
		}
		return strings.TrimSuffix(string(data), "\n")
	}
	funcs["toJson"] = func(value interface{}) string { data, _ := json.Marshal(value); return string(data) }
	funcs["required"] = func(warning string, value interface{}) (interface{}, error) {
		if value == nil || value == "" {
			return value, errors.New(warning)
		}
		return value, nil
	}
	funcs["fail"] = func(message string) (string, error) { return "", errors.New(message) }
	funcs["lookup"] = func(...string) (map[string]interface{}, error) { return map[string]interface{}{}, nil }
	root.Funcs(funcs)

	names, err := filepath.Glob(filepath.Join(chart, "templates", "*"))
	check(err)
	for _, name := range names {
		source, err := os.ReadFile(name)
		check(err)
		_, err = root.New(filepath.Base(name)).Parse(string(source))
		check(err)
	}
	others := files{}
	check(filepath.Walk(filepath.Join(chart, "files"), func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		relative, _ := filepath.Rel(chart, path)
		others[relative], err = os.ReadFile(path)
		return err
	}))
	data := map[string]interface{}{
		"Values":  values,
		"Chart":   chartAbout,
		"Files":   others,
		"Release": map[string]interface{}{"Name": release, "Namespace": namespace, "Service": "Helm", "IsInstall": true, "IsUpgrade": false, "Revision": 1},
		"Capabilities": map[string]interface{}{
			"KubeVersion": map[string]interface{}{"Version": "v1.34.0", "Major": "1", "Minor": "34"},
		},
	}
	rendered := map[string]string{}
	for _, name := range names {
		base := filepath.Base(name)
		if strings.HasPrefix(base, "_") {
			continue
		}
		var out bytes.Buffer
		data["Template"] = map[string]interface{}{"Name": base, "BasePath": "templates"}
		check(root.ExecuteTemplate(&out, base, data))
		// missingkey=zero prints this for absent values of maps; Helm removes it
		rendered[base] = strings.ReplaceAll(out.String(), "<no value>", "")
	}
	check(json.NewEncoder(os.Stdout).Encode(rendered))
}
