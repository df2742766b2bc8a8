// Command promql answers questions about PromQL with Prometheus's own engine, one JSON document a line.
//
// The query tests start it once (tests/support/promql.py): it loads series that a test made up, evaluates rules as
// Prometheus does, with their `for`, and answers with what the queries say and which alerts fire. It also says which
// series a query selects.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/promslog"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/promqltest"
	"github.com/prometheus/prometheus/rules"
)

// request is one question. With Parse nothing else is read.
type request struct {
	Parse []string `json:"parse"`
	// Step is the number of seconds between two samples, and between two evaluations of the rules.
	Step   int         `json:"step"`
	Series [][2]string `json:"series"`
	// Rules is a rule file, as JSON, which is YAML, too.
	Rules json.RawMessage `json:"rules"`
	// Until is the second, after the first sample, at which queries are asked and alerts are looked at.
	Until   int      `json:"until"`
	Queries []string `json:"queries"`
}

type sample struct {
	Labels map[string]string `json:"labels"`
	// Value is a string: JSON knows neither NaN nor infinity.
	Value string `json:"value"`
}

type alert struct {
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
}

type selected struct {
	Metric   string      `json:"metric"`
	Matchers [][3]string `json:"matchers"`
}

type answer struct {
	Error     string       `json:"error,omitempty"`
	Results   [][]sample   `json:"results,omitempty"`
	Firing    []alert      `json:"firing"`
	Selectors [][]selected `json:"selectors,omitempty"`
}

var expressions = parser.NewParser(parser.Options{})

func selectors(expression string) ([]selected, error) {
	parsed, err := expressions.ParseExpr(expression)
	if err != nil {
		return nil, err
	}
	found := []selected{}
	parser.Inspect(parsed, func(node parser.Node, _ []parser.Node) error {
		vector, ok := node.(*parser.VectorSelector)
		if !ok {
			return nil
		}
		one := selected{Metric: vector.Name, Matchers: [][3]string{}}
		for _, each := range vector.LabelMatchers {
			if each.Name != labels.MetricName {
				one.Matchers = append(one.Matchers, [3]string{each.Name, each.Type.String(), each.Value})
			} else if one.Metric == "" {
				one.Metric = each.Value
			}
		}
		found = append(found, one)
		return nil
	})
	return found, nil
}

func load(r request) (*promqltest.LazyLoader, error) {
	var text strings.Builder
	fmt.Fprintf(&text, "load %ds\n", r.Step)
	for _, each := range r.Series {
		fmt.Fprintf(&text, "  %s %s\n", each[0], each[1])
	}
	return promqltest.NewLazyLoader(text.String(), promqltest.LazyLoaderOpts{})
}

func groups(r request, suite *promqltest.LazyLoader) ([]*rules.Group, error) {
	if len(r.Rules) == 0 {
		return nil, nil
	}
	file, err := os.CreateTemp("", "rules-*.yaml")
	if err != nil {
		return nil, err
	}
	defer os.Remove(file.Name())
	if _, err := file.Write(r.Rules); err != nil {
		return nil, err
	}
	if err := file.Close(); err != nil {
		return nil, err
	}
	manager := rules.NewManager(&rules.ManagerOptions{
		QueryFunc:  rules.EngineQueryFunc(suite.QueryEngine(), suite.Storage()),
		Appendable: suite.Storage(),
		Context:    context.Background(),
		NotifyFunc: func(context.Context, string, ...*rules.Alert) {},
		Logger:     promslog.NewNopLogger(),
		Parser:     expressions,
	})
	step := time.Duration(r.Step) * time.Second
	loaded, errs := manager.LoadGroups(step, labels.EmptyLabels(), "", nil, false, file.Name())
	if len(errs) > 0 {
		return nil, errs[0]
	}
	ordered := []*rules.Group{}
	for each := range maps.Values(loaded) {
		for _, rule := range each.Rules() {
			if alerting, ok := rule.(*rules.AlertingRule); ok {
				alerting.SetRestored(true)
			}
		}
		ordered = append(ordered, each)
	}
	return ordered, nil
}

func evaluate(all []*rules.Group, r request, suite *promqltest.LazyLoader) error {
	var failed error
	for second := 0; second <= r.Until; second += r.Step {
		at := time.Unix(int64(second), 0).UTC()
		suite.WithSamplesTill(at, func(err error) {
			if err != nil {
				failed = err
				return
			}
			for _, each := range all {
				each.Eval(suite.Context(), at)
				for _, rule := range each.Rules() {
					if rule.LastError() != nil {
						failed = fmt.Errorf("%s: %w", rule.Name(), rule.LastError())
					}
				}
			}
		})
		if failed != nil {
			return failed
		}
	}
	return nil
}

func ask(query string, r request, suite *promqltest.LazyLoader) ([]sample, error) {
	at := time.Unix(int64(r.Until), 0).UTC()
	instant, err := suite.QueryEngine().NewInstantQuery(suite.Context(), suite.Queryable(), nil, query, at)
	if err != nil {
		return nil, err
	}
	defer instant.Close()
	result := instant.Exec(suite.Context())
	if result.Err != nil {
		return nil, result.Err
	}
	found := []sample{}
	add := func(series labels.Labels, value float64) {
		found = append(found, sample{series.Map(), strconv.FormatFloat(value, 'g', -1, 64)})
	}
	switch value := result.Value.(type) {
	case promql.Vector:
		for _, each := range value {
			add(each.Metric, each.F)
		}
	case promql.Scalar:
		add(labels.EmptyLabels(), value.V)
	default:
		return nil, fmt.Errorf("%s is neither a vector nor a scalar", value.Type())
	}
	return found, nil
}

func run(r request) (found answer, err error) {
	found.Firing = []alert{}
	for _, each := range r.Parse {
		one, err := selectors(each)
		if err != nil {
			return found, fmt.Errorf("%s: %w", each, err)
		}
		found.Selectors = append(found.Selectors, one)
	}
	if len(r.Parse) > 0 {
		return found, nil
	}
	suite, err := load(r)
	if err != nil {
		return found, err
	}
	defer suite.Close()
	all, err := groups(r, suite)
	if err != nil {
		return found, err
	}
	if err := evaluate(all, r, suite); err != nil {
		return found, err
	}
	for _, group := range all {
		for _, rule := range group.Rules() {
			if alerting, ok := rule.(*rules.AlertingRule); ok {
				for _, each := range alerting.ActiveAlerts() {
					if each.State == rules.StateFiring {
						found.Firing = append(found.Firing, alert{each.Labels.Map(), each.Annotations.Map()})
					}
				}
			}
		}
	}
	for _, query := range r.Queries {
		one, err := ask(query, r, suite)
		if err != nil {
			return found, fmt.Errorf("%s: %w", query, err)
		}
		found.Results = append(found.Results, one)
	}
	return found, nil
}

func main() {
	lines := bufio.NewReader(os.Stdin)
	answers := json.NewEncoder(os.Stdout)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var asked request
		if err := json.Unmarshal(line, &asked); err != nil {
			_ = answers.Encode(answer{Error: err.Error()})
			continue
		}
		found, err := run(asked)
		if err != nil {
			found.Error = err.Error()
		}
		_ = answers.Encode(found)
	}
}
