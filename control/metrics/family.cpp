// SPDX-License-Identifier: Apache-2.0
#include "metrics/family.h"

namespace bulkhead::control {

using prometheus::MetricFamily;
using prometheus::MetricType;

namespace {

MetricFamily& add_family(Families& all, MetricType type, const char* name, const char* help) {
  return all.emplace_back(MetricFamily{name, help, type, {}});
}

}  // namespace

MetricFamily& add_counter(Families& all, const char* name, const char* help) {
  return add_family(all, MetricType::Counter, name, help);
}

MetricFamily& add_gauge(Families& all, const char* name, const char* help) {
  return add_family(all, MetricType::Gauge, name, help);
}

MetricFamily& add_histogram(Families& all, const char* name, const char* help) {
  return add_family(all, MetricType::Histogram, name, help);
}

void add(MetricFamily& family, double value, Labels labels) {
  prometheus::ClientMetric& series = family.metric.emplace_back();
  series.label = std::move(labels);
  (family.type == MetricType::Counter ? series.counter.value : series.gauge.value) = value;
}

void gauge(Families& all, const char* name, const char* help, double value) {
  add(add_gauge(all, name, help), value);
}

void counter(Families& all, const char* name, const char* help, uint64_t value) {
  add(add_counter(all, name, help), value);
}

}  // namespace bulkhead::control
